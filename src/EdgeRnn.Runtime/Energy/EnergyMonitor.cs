using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Energy;

/// <summary>Samples the machine's power sensor and tells what frames and streams cost. Without a sensor its metrics are absent.</summary>
internal sealed class EnergyMonitor
{
    private static readonly string[] SourceTags = MetricTags.Of<PowerSource>();

    private readonly PowerSensor? _sensor;
    private readonly RuntimeMetrics _metrics;
    private readonly SessionManager _sessions;
    private readonly TimeProvider _time;
    private readonly EnergyAccount _account = new();
    private long? _lastSample;
    private long _lastFrames;
    private volatile bool _hasReading;

    /// <param name="sensor">Null where the machine has none.</param>
    public EnergyMonitor(PowerSensor? sensor, IMeterFactory meters, RuntimeMetrics metrics, SessionManager sessions, TimeProvider time)
    {
        _sensor = sensor;
        _metrics = metrics;
        _sessions = sessions;
        _time = time;
        Meter meter = meters.Create(RuntimeMetrics.MeterName);
        meter.CreateObservableCounter("edgernn.energy.consumed", ObserveConsumed, "J",
            "Energy of the machine, told apart: what it consumes without computing frames, and the rest");
        meter.CreateObservableGauge("edgernn.energy.power", () => Observe(Reading?.Watts), "W", "Power of the machine");
        meter.CreateObservableGauge("edgernn.energy.per_frame", () => Observe(Reading?.JoulesPerFrame), "J",
            "Energy of work per frame computed, over the last minute");
        meter.CreateObservableGauge("edgernn.energy.per_stream_hour", () => Observe(Reading?.JoulesPerStreamHour), "J",
            "Energy of work per open session and hour, over the last minute");
    }

    /// <summary>How often <see cref="Sample"/> should be called; null for never.</summary>
    public TimeSpan? Interval => _sensor?.Interval;

    /// <summary>Where the figures come from, for a person; null where there are none.</summary>
    public string? Sensor => _sensor?.Description;

    /// <summary>What is known so far; null before the second sample.</summary>
    public EnergyReading? Reading => _hasReading ? _account.Reading : null;

    /// <summary>Looks at the sensor. By one thread at a time.</summary>
    public void Sample()
    {
        if (_sensor is null)
            return;
        long now = _time.GetTimestamp(), frames = _metrics.TotalFramesComputed;
        TimeSpan elapsed = _time.GetElapsedTime(_lastSample ?? now, now);
        double? joules = _sensor.Consumed(elapsed);
        _account.Book(joules, elapsed, frames - _lastFrames, _sessions.ActiveSessions);
        _lastSample = now;
        _lastFrames = frames;
        _hasReading |= joules is not null;
    }

    private IEnumerable<Measurement<double>> ObserveConsumed() => Reading is { } reading
        ? [new(reading.IdleJoules, SourceTag, Share("idle")), new(reading.WorkJoules, SourceTag, Share("work"))]
        : [];

    private IEnumerable<Measurement<double>> Observe(double? value) => value is { } known ? [new(known, SourceTag)] : [];

    private KeyValuePair<string, object?> SourceTag => new("source", SourceTags[(int)_sensor!.Source]);

    private static KeyValuePair<string, object?> Share(string share) => new("share", share);
}
