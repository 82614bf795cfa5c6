namespace EdgeRnn.Runtime.Energy;

/// <summary>What a sensor covers; a tag of every energy metric.</summary>
internal enum PowerSource
{
    /// <summary>The supply rails of a compute module, measured by a chip on its board.</summary>
    ModuleRails,

    /// <summary>The rails behind a power management chip, without its own losses and without what bypasses it, mainly USB.</summary>
    PmicEstimate,

    /// <summary>The processor packages, estimated by the processor itself.</summary>
    Package,

    /// <summary>A sensor whose coverage the system does not tell.</summary>
    Unknown,
}

/// <summary>Measures the energy that the machine consumes.</summary>
internal abstract class PowerSensor
{
    public abstract PowerSource Source { get; }

    /// <summary>The origin of the values, for people.</summary>
    public abstract string Description { get; }

    /// <summary>The time between two calls of <see cref="Consumed"/>: as short as the sensor's cost allows.</summary>
    public virtual TimeSpan Interval => TimeSpan.FromSeconds(1);

    /// <summary>Joules since the last call; null on the first call, or if one of the two readings failed.</summary>
    /// <param name="elapsed">Time since the last call.</param>
    public abstract double? Consumed(TimeSpan elapsed);
}

/// <summary>A sensor of momentary power. Between two readings, the power is assumed to change linearly.</summary>
internal abstract class WattSensor : PowerSensor
{
    private double? _lastWatts;

    public override double? Consumed(TimeSpan elapsed)
    {
        double? watts = ReadWatts();
        double? joules = (_lastWatts + watts) / 2 * elapsed.TotalSeconds;
        _lastWatts = watts;
        return joules;
    }

    /// <summary>The power now; null if it cannot be read.</summary>
    public abstract double? ReadWatts();
}
