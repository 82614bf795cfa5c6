using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime;

/// <summary>The runtime's instruments. Its methods are events of the domain; the names and units are README's metric table.</summary>
public sealed class RuntimeMetrics
{
    /// <summary>What a host listens to.</summary>
    public const string MeterName = "EdgeRnn.Runtime";

    private static readonly string[] ReasonTags = Tags<BlockReason>();
    private static readonly string[] EndTags = Tags<SessionEnd>();
    private static readonly string[] RefusalTags = Tags<RefusalReason>();

    private readonly UpDownCounter<long> _activeSessions;
    private readonly Counter<long> _endedSessions;
    private readonly Counter<long> _refusedSessions;
    private readonly Counter<long> _framesAccepted;
    private readonly Counter<long> _framesComputed;
    private readonly Histogram<int> _blockSteps;
    private readonly Histogram<double> _blockWait;
    private readonly Histogram<double> _queue;
    private readonly Histogram<double> _compute;
    private readonly Histogram<int> _passSessions;
    private readonly Histogram<int> _passColumns;

    public RuntimeMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        // From 50 µs, where one frame of a small model is computed, to 10 s.
        var seconds = new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        };
        var counts = new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };

        _activeSessions = meter.CreateUpDownCounter<long>("edgernn.sessions.active", "{session}", "Sessions that are open");
        _endedSessions = meter.CreateCounter<long>("edgernn.sessions.ended", "{session}", "Sessions that ended, by reason");
        _refusedSessions = meter.CreateCounter<long>("edgernn.sessions.refused", "{session}", "Sessions that were not opened, by reason");
        _framesAccepted = meter.CreateCounter<long>("edgernn.frames.accepted", "{frame}", "Frames accepted");
        _framesComputed = meter.CreateCounter<long>("edgernn.frames.computed", "{frame}", "Frames computed");
        _blockSteps = meter.CreateHistogram("edgernn.block.steps", "{frame}", "Frames per block, by what closed it", advice: counts);
        _blockWait = meter.CreateHistogram(
            "edgernn.block.wait", "s", "Wait of a block's oldest frame for the block to close", advice: seconds);
        _queue = meter.CreateHistogram("edgernn.block.queue", "s", "Wait of a closed block for its weight pass", advice: seconds);
        _compute = meter.CreateHistogram("edgernn.block.compute", "s", "Duration of the weight pass of a block", advice: seconds);
        _passSessions = meter.CreateHistogram("edgernn.pass.sessions", "{session}", "Sessions that shared a weight pass", advice: counts);
        _passColumns = meter.CreateHistogram("edgernn.pass.columns", "{frame}", "Frames of all sessions in a weight pass", advice: counts);
    }

    internal void SessionOpened(string model) => _activeSessions.Add(1, ModelTag(model));

    internal void SessionRefused(RefusalReason reason)
        => _refusedSessions.Add(1, new KeyValuePair<string, object?>("reason", RefusalTags[(int)reason]));

    internal void SessionEnded(string model, SessionEnd reason)
    {
        _activeSessions.Add(-1, ModelTag(model));
        _endedSessions.Add(1, ModelTag(model), new KeyValuePair<string, object?>("reason", EndTags[(int)reason]));
    }

    internal void FramesAccepted(string model, int frames) => _framesAccepted.Add(frames, ModelTag(model));

    internal void PassCompleted(string model, int sessions, int columns)
    {
        _passSessions.Record(sessions, ModelTag(model));
        _passColumns.Record(columns, ModelTag(model));
    }

    internal void BlockCompleted(string model, FrameBlock block)
    {
        _framesComputed.Add(block.Steps, ModelTag(model));
        _blockSteps.Record(block.Steps, ModelTag(model), new KeyValuePair<string, object?>("reason", ReasonTags[(int)block.Reason]));
        _blockWait.Record(block.BlockWait.TotalSeconds, ModelTag(model));
        _queue.Record(block.Queued.TotalSeconds, ModelTag(model));
        _compute.Record(block.Computed.TotalSeconds, ModelTag(model));
    }

    private static KeyValuePair<string, object?> ModelTag(string model) => new("model", model);

    /// <summary>ClientCancelled becomes client_cancelled.</summary>
    private static string[] Tags<TReason>() where TReason : struct, Enum => [.. Enum.GetNames<TReason>()
        .Select(name => string.Concat(name.Select((c, i) => (char.IsUpper(c) && i > 0 ? "_" : "") + char.ToLowerInvariant(c))))];
}
