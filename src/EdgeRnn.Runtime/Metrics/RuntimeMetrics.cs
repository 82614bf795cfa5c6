using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EdgeRnn.Runtime.Metrics;

/// <summary>
/// The runtime's instruments. Its methods are events of the domain and take plain values; docs/metrics.md lists names, units and tags.
/// </summary>
internal sealed class RuntimeMetrics
{
    /// <summary>The meter that a host listens to.</summary>
    public const string MeterName = "EdgeRnn.Runtime";

    private readonly RuntimeGauges _gauges;
    private readonly Counter<long> _endedSessions;
    private readonly Counter<long> _refusedSessions;
    private readonly Histogram<double> _sessionDuration;
    private readonly Counter<long> _framesAccepted;
    private readonly Counter<long> _framesComputed;
    private readonly Counter<long> _framesDropped;
    private readonly Counter<long> _framesAbandoned;
    private readonly Counter<long> _valuesHeld;
    private readonly Counter<long> _budgetMisses;
    private readonly Histogram<double> _frameLatency;
    private readonly Histogram<int> _blockSteps;
    private readonly Histogram<int> _passSessions;
    private readonly Histogram<int> _passColumns;
    private readonly Counter<long> _weightsRead;
    private long _totalFramesComputed;

    public RuntimeMetrics(IMeterFactory meters)
        : this(meters.Create(MeterName))
    {
    }

    internal RuntimeMetrics(Meter meter)
    {
        // From 50 µs, in which one frame of a small model is computed, to 10 s.
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
        _endedSessions = meter.CreateCounter<long>(MetricNames.SessionsEnded, "{session}", "Sessions that ended, by reason");
        _refusedSessions = meter.CreateCounter<long>(MetricNames.SessionsRefused, "{session}", "Sessions that were not opened, by reason");
        _sessionDuration = meter.CreateHistogram(
            MetricNames.SessionDuration, "s", "Time from a session's opening until its stream was gone", advice: lifetimes);
        _framesAccepted = meter.CreateCounter<long>(MetricNames.FramesAccepted, "{frame}", "Frames accepted");
        _framesComputed = meter.CreateCounter<long>(MetricNames.FramesComputed, "{frame}", "Frames computed");
        _framesDropped = meter.CreateCounter<long>(
            MetricNames.FramesDropped, "{frame}", "Frames dropped because their session had no room, by its policy");
        _framesAbandoned = meter.CreateCounter<long>(
            MetricNames.FramesAbandoned, "{frame}", "Frames accepted and neither computed nor dropped when their session ended, by its reason");
        _valuesHeld = meter.CreateCounter<long>(
            MetricNames.ValuesHeld, "{value}", "Input values that were not finite and were replaced by the last finite ones");
        _budgetMisses = meter.CreateCounter<long>(
            MetricNames.BudgetMisses, "{block}", "Blocks whose oldest frame took longer than the session's latency budget");
        _frameLatency = meter.CreateHistogram(MetricNames.FrameLatency, "s",
            "Time of a block's oldest frame by stage: until the block closed, until its weight pass began, in the pass, and in total",
            advice: latencies);
        _blockSteps = meter.CreateHistogram(MetricNames.BlockSteps, "{frame}", "Frames per block, by what closed it", advice: counts);
        _passSessions = meter.CreateHistogram(MetricNames.PassSessions, "{session}", "Sessions that shared a weight pass", advice: counts);
        _passColumns = meter.CreateHistogram(
            MetricNames.PassColumns, "{frame}", "Frames of all sessions in a weight pass", advice: counts);
        _weightsRead = meter.CreateCounter<long>(MetricNames.WeightsRead, "By",
            "Weights read by weight passes, counted once per pass: LSTM and GRU read part of theirs once per step");
    }

    /// <summary>Frames computed so far, of all models.</summary>
    public long TotalFramesComputed => Interlocked.Read(ref _totalFramesComputed);

    /// <summary>Has the gauges show what this function returns whenever a collector asks.</summary>
    public void Observe(Func<RuntimeSnapshot> snapshot) => _gauges.Snapshot = snapshot;

    /// <summary>What computes; does not change while the process runs.</summary>
    /// <param name="workers">Threads that run weight passes.</param>
    public void KernelsSelected(string kernels, string cpuFeatures, int workers) =>
        _gauges.KernelsSelected(kernels, cpuFeatures, workers);

    /// <summary>Has the counters of a model show 0.</summary>
    /// <param name="endReasons">The reasons for which its sessions may end.</param>
    /// <param name="dropPolicies">The policies by which its frames may be dropped.</param>
    public void Introduce(string model, IReadOnlyList<string> endReasons, IReadOnlyList<string> dropPolicies)
    {
        foreach (string reason in endReasons)
        {
            _endedSessions.Add(0, ModelTag(model), ReasonTag(reason));
            FramesAbandoned(model, 0, reason);
        }

        foreach (string policy in dropPolicies)
            FramesDropped(model, 0, policy);
        foreach (Counter<long> counter in new[] { _framesAccepted, _framesComputed, _valuesHeld, _budgetMisses, _weightsRead })
            counter.Add(0, ModelTag(model));
    }

    /// <summary>Has the counters of refused sessions show 0.</summary>
    public void IntroduceRefusals(IReadOnlyList<string> reasons)
    {
        foreach (string reason in reasons)
            _refusedSessions.Add(0, ReasonTag(reason));
    }

    public void ModelLoaded(string model) => _gauges.CountLoad(model, MetricNames.Outcomes.Loaded);

    /// <param name="package">The name of its folder, because the model's own name may be what could not be read.</param>
    public void ModelLoadFailed(string package) => _gauges.CountLoad(package, MetricNames.Outcomes.Failed);

    public void SessionRefused(string reason) => _refusedSessions.Add(1, ReasonTag(reason));

    public void SessionEnded(string model, string reason, TimeSpan lifetime)
    {
        _endedSessions.Add(1, ModelTag(model), ReasonTag(reason));
        _sessionDuration.Record(lifetime.TotalSeconds, ModelTag(model));
    }

    public void FramesAccepted(string model, int frames) => _framesAccepted.Add(frames, ModelTag(model));

    public void FramesDropped(string model, long frames, string policy) =>
        _framesDropped.Add(frames, ModelTag(model), new KeyValuePair<string, object?>(MetricNames.Tags.Policy, policy));

    public void FramesAbandoned(string model, long frames, string reason) =>
        _framesAbandoned.Add(frames, ModelTag(model), ReasonTag(reason));

    public void ValuesHeld(string model, int values) => _valuesHeld.Add(values, ModelTag(model));

    public void BudgetMissed(string model) => _budgetMisses.Add(1, ModelTag(model));

    public void PassCompleted(string model, long weightBytes, int sessions, int columns)
    {
        _passSessions.Record(sessions, ModelTag(model));
        _passColumns.Record(columns, ModelTag(model));
        _weightsRead.Add(weightBytes, ModelTag(model));
    }

    public void BlockCompleted(string model, in BlockMeasurement block)
    {
        // An exemplar takes the ids of the current span. Making a span current allocates, so only traced streams pay for it.
        bool isTraced = block.Span is { Recorded: true, IsStopped: false };
        if (isTraced)
            Activity.Current = block.Span;
        _framesComputed.Add(block.Steps, ModelTag(model));
        Interlocked.Add(ref _totalFramesComputed, block.Steps);
        _blockSteps.Record(block.Steps, ModelTag(model), ReasonTag(block.Reason));
        RecordLatency(model, MetricNames.Stages.BlockWait, block.Wait);
        RecordLatency(model, MetricNames.Stages.Queue, block.Queue);
        RecordLatency(model, MetricNames.Stages.Compute, block.Compute);
        RecordLatency(model, MetricNames.Stages.Total, block.Wait + block.Queue + block.Compute);
        if (isTraced)
            Activity.Current = null;
    }

    private void RecordLatency(string model, string stage, TimeSpan duration) =>
        _frameLatency.Record(
            duration.TotalSeconds, ModelTag(model), new KeyValuePair<string, object?>(MetricNames.Tags.Stage, stage));

    private static KeyValuePair<string, object?> ModelTag(string model) => new(MetricNames.Tags.Model, model);

    private static KeyValuePair<string, object?> ReasonTag(string reason) => new(MetricNames.Tags.Reason, reason);
}
