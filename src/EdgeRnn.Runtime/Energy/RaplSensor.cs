namespace EdgeRnn.Runtime.Energy;

/// <summary>
/// The energy counters of x86 processor packages (RAPL) in /sys/class/powercap. Since 2020, most systems let only root read them.
/// </summary>
internal sealed class RaplSensor : PowerSensor
{
    private const double MicrojoulesPerJoule = 1e6;

    private readonly Zone[] _zones;

    private RaplSensor(Zone[] zones) => _zones = zones;

    public override PowerSource Source => PowerSource.Package;

    public override string Description => $"RAPL, {_zones.Length} package{(_zones.Length > 1 ? "s" : "")}";

    /// <summary>The counters of the packages; null if there are none or they cannot be read.</summary>
    public static PowerSensor? Find(string root)
    {
        Zone[] zones = [.. SysFile.Folders(root, "sys", "class", "powercap")
            // intel-rapl-mmio:… are the same counters through another interface.
            .Where(zone => Path.GetFileName(zone).StartsWith("intel-rapl:", StringComparison.Ordinal)
                && SysFile.ReadText(zone, "name")?.StartsWith("package-", StringComparison.Ordinal) == true)
            .Select(zone => new Zone(zone))];
        return zones.Length > 0 && zones.All(zone => zone.CanRead) ? new RaplSensor(zones) : null;
    }

    public override double? Consumed(TimeSpan elapsed)
    {
        double? sum = 0;
        foreach (Zone zone in _zones)
            sum += zone.Advance() / MicrojoulesPerJoule;
        return sum;
    }

    /// <summary>One counter. It wraps to 0 after its maximum: about every 20 minutes at 200 W.</summary>
    private sealed class Zone(string folder)
    {
        private readonly long? _max = SysFile.ReadNumber(folder, "max_energy_range_uj");
        private long? _last;

        public bool CanRead => Read() is not null;

        public long? Advance()
        {
            long? now = Read();
            long? consumed = now - _last;
            if (consumed < 0)
                consumed += _max + 1;
            _last = now;
            return consumed;
        }

        private long? Read() => SysFile.ReadNumber(folder, "energy_uj");
    }
}
