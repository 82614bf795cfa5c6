using System.Diagnostics;
using System.Diagnostics.Metrics;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime;

/// <summary>The runtime's instruments. Its methods are events of the domain; the names and units are README's metric table.</summary>
public sealed class RuntimeMetrics
{
    /// <summary>What a host listens to.</summary>
    public const string MeterName = "EdgeRnn.Runtime";

    private static readonly string[] ReasonTags = MetricTags.Of<BlockReason>();
    private static readonly string[] EndTags = MetricTags.Of<SessionEnd>();
    private static readonly string[] RefusalTags = MetricTags.Of<RefusalReason>();
    private static readonly string[] PolicyTags = MetricTags.Of<OverloadPolicy>();

    private readonly RuntimeGauges _gauges;
    private readonly Counter<long> _endedSessions;
    private readonly Counter<long> _refusedSessions;
    private readonly Histogram<double> _sessionDuration;
    private readonly Counter<long> _framesAccepted;
    private readonly Counter<long> _framesComputed;
    private readonly Counter<long> _framesDropped;
    private readonly Counter<long> _budgetMisses;
    private readonly Histogram<double> _frameLatency;
    private readonly Histogram<int> _blockSteps;
    private readonly Histogram<int> _passSessions;
    private readonly Histogram<int> _passColumns;
    private readonly Counter<long> _weightsRead;
    private long _totalFramesComputed;

    public RuntimeMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        // From 50 µs, where one frame of a small model is computed, to 10 s.
        var latencies = new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        };
        // From a second, which a test stream lasts, to a week.
        var lifetimes = new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400, 604_800],
        };
        var counts = new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };

        _gauges = new RuntimeGauges(meter);
        _endedSessions = meter.CreateCounter<long>("edgernn.sessions.ended", "{session}", "Sessions that ended, by reason");
        _refusedSessions = meter.CreateCounter<long>("edgernn.sessions.refused", "{session}", "Sessions that were not opened, by reason");
        _sessionDuration = meter.CreateHistogram(
            "edgernn.session.duration", "s", "Time from a session's opening until its stream was gone", advice: lifetimes);
        _framesAccepted = meter.CreateCounter<long>("edgernn.frames.accepted", "{frame}", "Frames accepted");
        _framesComputed = meter.CreateCounter<long>("edgernn.frames.computed", "{frame}", "Frames computed");
        _framesDropped = meter.CreateCounter<long>(
            "edgernn.frames.dropped", "{frame}", "Frames dropped because their session had no room, by its policy");
        _budgetMisses = meter.CreateCounter<long>(
            "edgernn.budget.misses", "{block}", "Blocks whose oldest frame took longer than the session's latency budget");
        _frameLatency = meter.CreateHistogram("edgernn.frame.latency", "s",
            "Time of a block's oldest frame by stage: until the block closed, until its weight pass began, in the pass, and in total",
            advice: latencies);
        _blockSteps = meter.CreateHistogram("edgernn.block.steps", "{frame}", "Frames per block, by what closed it", advice: counts);
        _passSessions = meter.CreateHistogram("edgernn.pass.sessions", "{session}", "Sessions that shared a weight pass", advice: counts);
        _passColumns = meter.CreateHistogram("edgernn.pass.columns", "{frame}", "Frames of all sessions in a weight pass", advice: counts);
        _weightsRead = meter.CreateCounter<long>("edgernn.weights.read", "By",
            "Weights read by weight passes, counted once per pass: LSTM and GRU read part of theirs once per frame");
    }

    /// <summary>What computes, which does not change while the process runs.</summary>
    /// <param name="workers">Threads that run weight passes.</param>
    public void KernelsSelected(KernelSet kernels, int workers)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        _gauges.KernelsSelected(kernels.Name, string.Join(',', CpuFeatures.Present), workers);
    }

    /// <summary>Frames computed so far, of all models.</summary>
    internal long TotalFramesComputed => Interlocked.Read(ref _totalFramesComputed);

    /// <summary>Has the gauges tell what is there of these sessions whenever somebody collects.</summary>
    internal void Observe(SessionManager sessions) => _gauges.Sessions = sessions;

    internal void ModelLoaded(string model) => _gauges.CountLoad(model, "loaded");

    /// <param name="package">The name of its folder, for the model's own may be what could not be read.</param>
    internal void ModelLoadFailed(string package) => _gauges.CountLoad(package, "failed");

    internal void SessionRefused(RefusalReason reason) =>
        _refusedSessions.Add(1, new KeyValuePair<string, object?>("reason", RefusalTags[(int)reason]));

    internal void SessionEnded(string model, SessionEnd reason, TimeSpan lifetime)
    {
        _endedSessions.Add(1, ModelTag(model), new KeyValuePair<string, object?>("reason", EndTags[(int)reason]));
        _sessionDuration.Record(lifetime.TotalSeconds, ModelTag(model));
    }

    internal void FramesAccepted(string model, int frames) => _framesAccepted.Add(frames, ModelTag(model));

    internal void FramesDropped(string model, long frames, OverloadPolicy policy) =>
        _framesDropped.Add(frames, ModelTag(model), new KeyValuePair<string, object?>("policy", PolicyTags[(int)policy]));

    internal void BudgetMissed(string model) => _budgetMisses.Add(1, ModelTag(model));

    internal void PassCompleted(RecurrentModel model, int sessions, int columns)
    {
        _passSessions.Record(sessions, ModelTag(model.Name));
        _passColumns.Record(columns, ModelTag(model.Name));
        _weightsRead.Add(model.WeightBytes, ModelTag(model.Name));
    }

    internal void BlockCompleted(string model, FrameBlock block)
    {
        // An exemplar takes the ids of the current span. To make it current allocates, so only who is traced pays.
        bool isTraced = block.Session.Span is { Recorded: true, IsStopped: false };
        if (isTraced)
            Activity.Current = block.Session.Span;
        _framesComputed.Add(block.Steps, ModelTag(model));
        Interlocked.Add(ref _totalFramesComputed, block.Steps);
        _blockSteps.Record(block.Steps, ModelTag(model), new KeyValuePair<string, object?>("reason", ReasonTags[(int)block.Reason]));
        RecordLatency(model, "block_wait", block.BlockWait);
        RecordLatency(model, "queue", block.Queued);
        RecordLatency(model, "compute", block.Computed);
        RecordLatency(model, "total", block.Latency);
        if (isTraced)
            Activity.Current = null;
    }

    private void RecordLatency(string model, string stage, TimeSpan duration) =>
        _frameLatency.Record(duration.TotalSeconds, ModelTag(model), new KeyValuePair<string, object?>("stage", stage));

    private static KeyValuePair<string, object?> ModelTag(string model) => new("model", model);
}
