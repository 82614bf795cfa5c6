namespace EdgeRnn.Runtime.Energy;

/// <summary>Power monitors in /sys/class/hwmon, Linux's hardware monitors.</summary>
internal static class HwmonSensors
{
    private const double MicrowattsPerWatt = 1e6;
    private const double MicrowattsPerMillivoltMilliampere = 1;
    private const int Channels = 3;
    private const string InputLabel = "pin";
    private const string OutputLabel = "pout";

    // Each of these rails feeds all others of its module: adding those would count them twice.
    private static readonly string[] TotalRails = ["VDD_IN", "VIN", "POM_5V_IN"];

    // A rail fed from VIN_SYS_5V0, which is measured; a channel that is not connected; the sum that the driver adds.
    private static readonly string[] CountedElsewhere = ["VDDQ_VDD2_1V8AO", "NC", "sum of shunt voltages"];

    // Monitors of a single device, not of the machine.
    private static readonly string[] Devices = ["amdgpu", "i915", "nouveau", "nvme", "xe"];

    /// <summary>The rails of a Jetson module, measured by INA3221 and INA238 chips; null if there are none.</summary>
    public static PowerSensor? FindJetsonRails(string root)
    {
        List<Rail> rails = [];
        foreach (string monitor in Monitors(root))
        {
            string? chip = SysFile.ReadText(monitor, "name");
            if (chip == "ina3221")
                rails.AddRange(RailsOfIna3221(monitor));
            else if (chip == "ina238")
                rails.AddRange(Powers(monitor));
        }

        Rail[] totals = [.. rails.Where(rail => TotalRails.Contains(rail.Label))];
        Rail[] counted = totals.Length > 0 ? totals[..1] : [.. rails.Where(rail => !CountedElsewhere.Contains(rail.Label))];
        return Sensor(PowerSource.ModuleRails, "Jetson rails", counted);
    }

    /// <summary>The first monitor with a power value, whatever it measures; null if there is none.</summary>
    public static PowerSensor? FindAny(string root) => Monitors(root)
        .Where(monitor => !Devices.Contains(SysFile.ReadText(monitor, "name")))
        .Select(monitor => Sensor(PowerSource.Unknown, $"hwmon {SysFile.ReadText(monitor, "name")}", [.. Supply(Powers(monitor))]))
        .FirstOrDefault(sensor => sensor is not null);

    /// <summary>
    /// What a converter takes in: its outputs are the same power again, less its losses. Labels are those of the kernel's PMBus drivers. Without
    /// an input, the outputs are added up; without such labels, everything is.
    /// </summary>
    private static List<Rail> Supply(IEnumerable<Rail> rails)
    {
        List<Rail> all = [.. rails];
        List<Rail> inputs = all.FindAll(rail => IsLabel(rail, InputLabel)), outputs = all.FindAll(rail => IsLabel(rail, OutputLabel));
        return inputs.Count > 0 ? inputs : outputs.Count > 0 ? outputs : all;
    }

    /// <summary>Whether a label is a word, with or without a number: pout, pout1.</summary>
    private static bool IsLabel(Rail rail, string word) => rail.Label.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')
        .Equals(word, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Monitors(string root) => SysFile.Folders(root, "sys", "class", "hwmon");

    private static IEnumerable<Rail> RailsOfIna3221(string monitor)
    {
        for (int channel = 1; channel <= Channels; channel++)
        {
            string millivolts = Path.Combine(monitor, $"in{channel}_input"), milliamperes = Path.Combine(monitor, $"curr{channel}_input");
            if (SysFile.ReadText(monitor, $"in{channel}_label") is not { } label || !File.Exists(milliamperes))
                continue;
            yield return new Rail(label, () =>
                SysFile.ReadMeasurement(millivolts) * SysFile.ReadMeasurement(milliamperes) * MicrowattsPerMillivoltMilliampere / MicrowattsPerWatt);
        }
    }

    private static IEnumerable<Rail> Powers(string monitor)
    {
        // The numbers of channels may have gaps.
        foreach (string microwatts in Directory.EnumerateFiles(monitor, "power*_input").Order(StringComparer.Ordinal))
        {
            string channel = Path.GetFileName(microwatts)[..^"_input".Length];
            string label = SysFile.ReadText(monitor, $"{channel}_label") ?? SysFile.ReadText(monitor, "label") ?? channel;
            yield return new Rail(label, () => SysFile.ReadMeasurement(microwatts) / MicrowattsPerWatt);
        }
    }

    private static RailSensor? Sensor(PowerSource source, string what, IReadOnlyList<Rail> rails)
    {
        // A channel that is switched off cannot be read, and consumes nothing.
        rails = [.. rails.Where(rail => rail.Watts() is not null)];
        if (rails.Count == 0)
            return null;
        var sensor = new RailSensor(source, $"{what} {string.Join(" + ", rails.Select(rail => rail.Label))}", rails);
        return sensor.ReadWatts() is null ? null : sensor;
    }

    private sealed record Rail(string Label, Func<double?> Watts);

    private sealed class RailSensor(PowerSource source, string description, IReadOnlyList<Rail> rails) : WattSensor
    {
        public override PowerSource Source => source;

        public override string Description => description;

        public override double? ReadWatts()
        {
            double?[] watts = [.. rails.Select(rail => rail.Watts())];
            return Array.TrueForAll(watts, rail => rail is null) ? null : watts.Sum();
        }
    }
}
