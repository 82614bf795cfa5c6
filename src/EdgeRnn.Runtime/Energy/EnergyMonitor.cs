using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Metrics;

namespace EdgeRnn.Runtime.Energy;

/// <summary>Samples the machine's power sensor and derives energy per frame and per stream. Without a sensor it measures nothing.</summary>
internal sealed class EnergyMonitor
{
    private readonly PowerSensor? _sensor;
    private readonly Func<long> _framesComputed;
    private readonly Func<int> _openSessions;
    private readonly TimeProvider _time;
    private readonly EnergyAccount _account = new();
    private long? _lastSample;
    private long _lastFrames;
    private volatile bool _hasReading;

    /// <param name="sensor">Null if the machine has none.</param>
    /// <param name="framesComputed">Frames computed since the start.</param>
    /// <param name="openSessions">Sessions that are open now.</param>
    public EnergyMonitor(
        PowerSensor? sensor, IMeterFactory meters, Func<long> framesComputed, Func<int> openSessions, TimeProvider time)
    {
        _sensor = sensor;
        _framesComputed = framesComputed;
        _openSessions = openSessions;
        _time = time;
        Meter meter = meters.Create(RuntimeMetrics.MeterName);
        meter.CreateObservableCounter(MetricNames.EnergyConsumed, ObserveConsumed, "J",
            "Energy of the machine, told apart: what it consumes without computing frames, and the rest");
        meter.CreateObservableGauge(MetricNames.EnergyPower, () => Observe(Reading?.Watts), "W", "Power of the machine");
        meter.CreateObservableGauge(MetricNames.EnergyPerFrame, () => Observe(Reading?.JoulesPerFrame), "J",
            "Energy of work per frame computed, over the last minute");
        meter.CreateObservableGauge(MetricNames.EnergyPerStreamHour, () => Observe(Reading?.JoulesPerStreamHour), "J",
            "Energy of work per open session and hour, over the last minute");
    }

    /// <summary>The time between two calls of <see cref="Sample"/>; null without a sensor.</summary>
    public TimeSpan? Interval => _sensor?.Interval;

    /// <summary>The origin of the values, for people; null without a sensor.</summary>
    public string? Sensor => _sensor?.Description;

    /// <summary>The energy consumed so far; null before the second sample.</summary>
    public EnergyReading? Reading => _hasReading ? _account.Reading : null;

    /// <summary>Reads the sensor. Not thread-safe.</summary>
    public void Sample()
    {
        if (_sensor is null)
            return;
        long now = _time.GetTimestamp(), frames = _framesComputed();
        TimeSpan elapsed = _time.GetElapsedTime(_lastSample ?? now, now);
        double? joules = _sensor.Consumed(elapsed);
        _account.Book(joules, elapsed, frames - _lastFrames, _openSessions());
        _lastSample = now;
        _lastFrames = frames;
        _hasReading |= joules is not null;
    }

    private IEnumerable<Measurement<double>> ObserveConsumed() => Reading is { } reading
        ? [new(reading.IdleJoules, SourceTag, Share(MetricNames.Shares.Idle)), new(reading.WorkJoules, SourceTag, Share(MetricNames.Shares.Work))]
        : [];

    private IEnumerable<Measurement<double>> Observe(double? value) => value is { } known ? [new(known, SourceTag)] : [];

    private KeyValuePair<string, object?> SourceTag => new(MetricNames.Tags.Source, MetricTag<PowerSource>.Of(_sensor!.Source));

    private static KeyValuePair<string, object?> Share(string share) => new(MetricNames.Tags.Share, share);
}
