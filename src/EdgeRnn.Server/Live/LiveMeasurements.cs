using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Metrics;

namespace EdgeRnn.Server.Live;

/// <summary>Listens to the runtime's instruments from its making until its disposal, and sorts what they measure into a window.</summary>
internal sealed class LiveMeasurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, Taker> _takers;
    private long _accepted, _computed;

    public LiveMeasurements(IMeterFactory meters)
    {
        _takers = new Dictionary<string, Taker>
        {
            ["edgernn.frames.accepted"] = (frames, _) =>
            {
                Interlocked.Add(ref _accepted, (long)frames);
                Window.Current.Add(LiveCount.Accepted, (long)frames);
            },
            ["edgernn.frames.computed"] = (frames, _) =>
            {
                Interlocked.Add(ref _computed, (long)frames);
                Window.Current.Add(LiveCount.Computed, (long)frames);
            },
            ["edgernn.frames.dropped"] = (frames, _) => Window.Current.Add(LiveCount.Dropped, (long)frames),
            ["edgernn.budget.misses"] = (blocks, _) => Window.Current.Add(LiveCount.BudgetMisses, (long)blocks),
            ["edgernn.frame.latency"] = TakeLatency,
            ["edgernn.block.steps"] = (steps, _) => Window.Current.AddBlock((int)steps),
            ["edgernn.pass.sessions"] = TakePass,
            ["edgernn.pass.columns"] = (frames, _) => Window.Current.Add(LiveCount.PassFrames, (long)frames),
        };
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RuntimeMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters)
                && _takers.TryGetValue(instrument.Name, out Taker? taker))
            {
                listener.EnableMeasurementEvents(instrument, taker);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, taker) => ((Taker)taker!)(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, taker) => ((Taker)taker!)(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, taker) => ((Taker)taker!)(value, tags));
        _listener.Start();
    }

    private delegate void Taker(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    public LiveWindow Window { get; } = new();

    /// <summary>Frames accepted since the making.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Frames computed since the making.</summary>
    public long Computed => Interlocked.Read(ref _computed);

    public void Dispose() => _listener.Dispose();

    private void TakeLatency(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach ((string key, object? value) in tags)
        {
            if (key == "stage" && Array.IndexOf(LiveSlot.Stages, value) is >= 0 and var stage)
                Window.Current.AddLatency(stage, seconds);
        }
    }

    private void TakePass(double sessions, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        LiveSlot slot = Window.Current;
        slot.Add(LiveCount.Passes, 1);
        slot.Add(LiveCount.PassSessions, (long)sessions);
        if (sessions > 1)
            slot.Add(LiveCount.SharedPasses, 1);
    }
}
