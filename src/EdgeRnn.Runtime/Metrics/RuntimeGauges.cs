using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace EdgeRnn.Runtime.Metrics;

/// <summary>The instruments that are read when a collector asks: what exists at that moment, and what does not change.</summary>
internal sealed class RuntimeGauges
{
    private readonly ConcurrentDictionary<(string Model, string Outcome), long> _loads = new();
    private Measurement<long>[] _kernels = [];

    public RuntimeGauges(Meter meter)
    {
        meter.CreateObservableUpDownCounter(MetricNames.Sessions, CountSessions, "{session}",
            "Sessions that are open: active, silent (no frame for 10 of its own intervals, at least 1 s) or draining");
        meter.CreateObservableUpDownCounter(MetricNames.StateSize, SumStates, "By", "Recurrent state of the open sessions");
        meter.CreateObservableUpDownCounter(MetricNames.QueueDepth, CountBlocks, "{block}",
            "Blocks that wait: ready for a weight pass, or in outlets to be delivered");
        meter.CreateObservableGauge(MetricNames.MemoryCeiling, () => ProcessMemory.Ceiling, "By",
            "Memory that the process may hold: beyond it sessions are refused");
        meter.CreateObservableGauge(MetricNames.MemoryHeld, () => ProcessMemory.Held, "By",
            "Memory that the process holds, as it counts against its ceiling: half of the program's files in memory");
        // Models may be loaded before a collector listens, so the counts are kept here.
        meter.CreateObservableCounter(MetricNames.ModelLoads, CountLoads, "{load}", "Models loaded, or failed to load");
        meter.CreateObservableGauge(MetricNames.KernelInfo, () => _kernels, unit: null,
            "Always 1; its tags tell the kernels in use, what the processor has and the threads that run weight passes");
    }

    /// <summary>Takes a snapshot of the sessions; called for each gauge that is read.</summary>
    public Func<RuntimeSnapshot> Snapshot { get; set; } = () => RuntimeSnapshot.Empty;

    public void CountLoad(string model, string outcome) => _loads.AddOrUpdate((model, outcome), 1, static (_, count) => count + 1);

    public void KernelsSelected(string kernels, string cpuFeatures, int workers) => _kernels =
    [
        new Measurement<long>(1, Tag(MetricNames.Tags.Kernels, kernels), Tag(MetricNames.Tags.CpuFeatures, cpuFeatures),
            Tag(MetricNames.Tags.Workers, workers.ToString(CultureInfo.InvariantCulture))),
    ];

    /// <summary>A model without sessions shows zeros: an alert on silent sessions needs the series before the first one.</summary>
    private IEnumerable<Measurement<long>> CountSessions() => Snapshot().Models.SelectMany(model => model.Sessions.Select(sessions =>
        new Measurement<long>(sessions.Count, Tag(MetricNames.Tags.Model, model.Model), Tag(MetricNames.Tags.State, sessions.State))));

    private IEnumerable<Measurement<long>> SumStates() => Snapshot().Models.Select(model =>
        new Measurement<long>(model.StateBytes, Tag(MetricNames.Tags.Model, model.Model)));

    private IEnumerable<Measurement<long>> CountBlocks()
    {
        RuntimeSnapshot snapshot = Snapshot();
        return
        [
            new(snapshot.ReadyBlocks, Tag(MetricNames.Tags.Queue, MetricNames.Queues.Ready)),
            new(snapshot.OutletItems, Tag(MetricNames.Tags.Queue, MetricNames.Queues.Outlet)),
        ];
    }

    /// <summary>Both outcomes of each model: an alert needs the zero.</summary>
    private IEnumerable<Measurement<long>> CountLoads() =>
        from model in _loads.Keys.Select(load => load.Model).Distinct()
        from outcome in new[] { MetricNames.Outcomes.Loaded, MetricNames.Outcomes.Failed }
        select new Measurement<long>(
            _loads.GetValueOrDefault((model, outcome)), Tag(MetricNames.Tags.Model, model), Tag(MetricNames.Tags.Outcome, outcome));

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
