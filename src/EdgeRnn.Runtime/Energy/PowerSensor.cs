namespace EdgeRnn.Runtime.Energy;

/// <summary>What a sensor's figure covers; the tag of every energy metric.</summary>
internal enum PowerSource
{
    /// <summary>The supply rails of a compute module, measured by a chip on its board.</summary>
    ModuleRails,

    /// <summary>The rails behind a power management chip: without its own losses and what is fed past it, USB above all.</summary>
    PmicEstimate,

    /// <summary>The processor packages, by the processor's own model.</summary>
    Package,

    /// <summary>A power figure of which the system does not say what it covers.</summary>
    Unknown,
}

/// <summary>Tells how much energy the machine has consumed.</summary>
internal abstract class PowerSensor
{
    public abstract PowerSource Source { get; }

    /// <summary>Where the figure comes from, for a person.</summary>
    public abstract string Description { get; }

    /// <summary>How often to look: as often as it is cheap.</summary>
    public virtual TimeSpan Interval => TimeSpan.FromSeconds(1);

    /// <summary>Joules since the last call; null on the first one, and where either could not be read.</summary>
    /// <param name="elapsed">Time since the last call.</param>
    public abstract double? Consumed(TimeSpan elapsed);
}

/// <summary>A sensor of momentary power, which is taken to change evenly between two looks.</summary>
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

    /// <summary>Power now; null where it could not be read.</summary>
    public abstract double? ReadWatts();
}
