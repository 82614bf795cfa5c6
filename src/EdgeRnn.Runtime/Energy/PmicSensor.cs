using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeRnn.Runtime.Energy;

/// <summary>The rails behind the power management chip of a Raspberry Pi 5, read by <c>vcgencmd pmic_read_adc</c>.</summary>
internal sealed partial class PmicSensor : WattSensor
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(2);

    private readonly Func<string?> _readAdc;

    private PmicSensor(Func<string?> readAdc) => _readAdc = readAdc;

    public override PowerSource Source => PowerSource.PmicEstimate;

    public override string Description => "Raspberry Pi 5 PMIC, sum of its rails";

    /// <summary>Long, because each reading starts a process.</summary>
    public override TimeSpan Interval => TimeSpan.FromSeconds(10);

    /// <summary>The sensor; null on another board, or if the command does not answer.</summary>
    /// <param name="readAdc">Returns the output of the command; null to run the command.</param>
    public static PowerSensor? Find(string root, Func<string?>? readAdc)
    {
        string? board = SysFile.ReadText(root, "proc", "device-tree", "model");
        if (board is null
            || !(board.Contains("Raspberry Pi 5", StringComparison.Ordinal)
                || board.Contains("Compute Module 5", StringComparison.Ordinal)))
        {
            return null;
        }

        var sensor = new PmicSensor(readAdc ?? RunCommand);
        return sensor.ReadWatts() is null ? null : sensor;
    }

    public override double? ReadWatts() => _readAdc() is { } printed ? SumRails(printed) : null;

    /// <summary>The sum of volts times amperes over the rails that have both; null if none has.</summary>
    internal static double? SumRails(string printed)
    {
        Dictionary<string, (double? Amperes, double? Volts)> rails = [];
        foreach (Match line in Reading().Matches(printed))
        {
            double value = double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture);
            string name = line.Groups["rail"].Value;
            (double? Amperes, double? Volts) rail = rails.GetValueOrDefault(name);
            rails[name] = line.Groups["kind"].Value == "A" ? rail with { Amperes = value } : rail with { Volts = value };
        }

        double[] watts = [.. rails.Values.Select(rail => rail.Amperes * rail.Volts).OfType<double>()];
        return watts.Length > 0 ? watts.Sum() : null;
    }

    /// <summary>Runs at the lowest priority, so that frames go first.</summary>
    private static string? RunCommand()
    {
        try
        {
            using Process command = Process.Start(
                new ProcessStartInfo("nice", ["-n", "19", "vcgencmd", "pmic_read_adc"])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
            Task<string> printed = command.StandardOutput.ReadToEndAsync();
            if (printed.Wait(CommandTimeout) && command.WaitForExit(CommandTimeout))
                return command.ExitCode == 0 ? printed.Result : null;
            command.Kill();
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^\s*(?<rail>\w+)_(?<kind>[AV])\s+(?:current|volt)\(\d+\)=(?<value>\d+(?:\.\d+)?)[AV]", RegexOptions.Multiline)]
    private static partial Regex Reading();
}
