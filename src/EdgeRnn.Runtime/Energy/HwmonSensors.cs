namespace EdgeRnn.Runtime.Energy;

/// <summary>Power monitors in /sys/class/hwmon, Linux's hardware monitors.</summary>
internal static class HwmonSensors
{
    private const double MicrowattsPerWatt = 1e6;
    private const double MicrowattsPerMillivoltMilliampere = 1;
    private const int Channels = 3;

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
        .Select(monitor => Sensor(PowerSource.Unknown, $"hwmon {SysFile.ReadText(monitor, "name")}", [.. Powers(monitor)]))
        .FirstOrDefault(sensor => sensor is not null);

    private static IEnumerable<string> Monitors(string root) => SysFile.Folders(root, "sys", "class", "hwmon");

    private static IEnumerable<Rail> RailsOfIna3221(string monitor)
    {
        for (int channel = 1; channel <= Channels; channel++)
        {
            string millivolts = Path.Combine(monitor, $"in{channel}_input"), milliamperes = Path.Combine(monitor, $"curr{channel}_input");
            if (SysFile.ReadText(monitor, $"in{channel}_label") is not { } label || !File.Exists(milliamperes))
                continue;
            yield return new Rail(label, () =>
                SysFile.ReadNumber(millivolts) * SysFile.ReadNumber(milliamperes) * MicrowattsPerMillivoltMilliampere / MicrowattsPerWatt);
        }
    }

    private static IEnumerable<Rail> Powers(string monitor)
    {
        for (int channel = 1; File.Exists(Path.Combine(monitor, $"power{channel}_input")); channel++)
        {
            string microwatts = Path.Combine(monitor, $"power{channel}_input");
            string label = SysFile.ReadText(monitor, $"power{channel}_label") ?? SysFile.ReadText(monitor, "label") ?? $"power{channel}";
            yield return new Rail(label, () => SysFile.ReadNumber(microwatts) / MicrowattsPerWatt);
        }
    }

    private static RailSensor? Sensor(PowerSource source, string what, IReadOnlyList<Rail> rails)
    {
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
            double? sum = 0;
            foreach (Rail rail in rails)
                sum += rail.Watts();
            return sum;
        }
    }
}
