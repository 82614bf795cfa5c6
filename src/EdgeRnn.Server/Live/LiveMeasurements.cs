using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Metrics;

namespace EdgeRnn.Server.Live;

/// <summary>Listens to the runtime's instruments from its construction until it is disposed, and counts into a window.</summary>
internal sealed class LiveMeasurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, Handler> _handlers;
    private long _accepted;
    private long _computed;

    public LiveMeasurements(IMeterFactory meters)
    {
        _handlers = new Dictionary<string, Handler>
        {
            [MetricNames.FramesAccepted] = (frames, _) =>
            {
                Interlocked.Add(ref _accepted, (long)frames);
                Window.Current.Add(LiveCount.Accepted, (long)frames);
            },
            [MetricNames.FramesComputed] = (frames, _) =>
            {
                Interlocked.Add(ref _computed, (long)frames);
                Window.Current.Add(LiveCount.Computed, (long)frames);
            },
            [MetricNames.FramesDropped] = (frames, _) => Window.Current.Add(LiveCount.Dropped, (long)frames),
            [MetricNames.BudgetMisses] = (blocks, _) => Window.Current.Add(LiveCount.BudgetMisses, (long)blocks),
            [MetricNames.FrameLatency] = AddLatency,
            [MetricNames.BlockSteps] = (steps, _) => Window.Current.AddBlock((int)steps),
            [MetricNames.PassSessions] = AddPass,
            [MetricNames.PassColumns] = (frames, _) => Window.Current.Add(LiveCount.PassFrames, (long)frames),
        };
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RuntimeMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters)
                && _handlers.TryGetValue(instrument.Name, out Handler? handler))
            {
                listener.EnableMeasurementEvents(instrument, handler);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, handler) => ((Handler)handler!)(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, handler) => ((Handler)handler!)(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, handler) => ((Handler)handler!)(value, tags));
        _listener.Start();
    }

    private delegate void Handler(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    public LiveWindow Window { get; } = new();

    /// <summary>Frames accepted since the construction.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Frames computed since the construction.</summary>
    public long Computed => Interlocked.Read(ref _computed);

    public void Dispose() => _listener.Dispose();

    private void AddLatency(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach ((string key, object? value) in tags)
        {
            if (key == MetricNames.Tags.Stage && Array.IndexOf(LiveSlot.Stages, value) is >= 0 and var stage)
                Window.Current.AddLatency(stage, seconds);
        }
    }

    private void AddPass(double sessions, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        LiveSlot slot = Window.Current;
        slot.Add(LiveCount.Passes, 1);
        slot.Add(LiveCount.PassSessions, (long)sessions);
        if (sessions > 1)
            slot.Add(LiveCount.SharedPasses, 1);
    }
}
