using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime;

/// <summary>The instruments that cost nothing until somebody collects: what there is at that moment, and what does not change.</summary>
internal sealed class RuntimeGauges
{
    private static readonly string[] ActivityTags = MetricTags.Of<SessionActivity>();

    private readonly ConcurrentDictionary<(string Model, string Outcome), long> _loads = new();
    private Measurement<long>[] _kernels = [];

    public RuntimeGauges(Meter meter)
    {
        meter.CreateObservableUpDownCounter("edgernn.sessions", CountSessions, "{session}",
            "Sessions that are open: active, silent (no frame for 10 intervals of the expected rate) or draining");
        meter.CreateObservableUpDownCounter("edgernn.state.size", SumStates, "By", "Recurrent state of the open sessions");
        meter.CreateObservableUpDownCounter("edgernn.queue.depth", CountBlocks, "{block}",
            "Blocks that wait: ready for a weight pass, or in outlets to be delivered");
        meter.CreateObservableGauge("edgernn.memory.ceiling", () => MemoryGuard.ProcessCeiling, "By",
            "Memory that the process may hold: beyond it sessions are refused");
        meter.CreateObservableGauge("edgernn.memory.held", () => MemoryGuard.ProcessHeld, "By",
            "Memory that the process holds, as it counts against its ceiling: half of the program's files in memory");
        // Models may be loaded before anybody listens, so the counts are kept here.
        meter.CreateObservableCounter("edgernn.model.loads", CountLoads, "{load}", "Models loaded, or failed to load");
        meter.CreateObservableGauge("edgernn.kernel.info", () => _kernels, unit: null,
            "Always 1; its tags tell the kernels in use, what the processor has and the threads that run weight passes");
    }

    /// <summary>Whose sessions are counted; null for none.</summary>
    public SessionManager? Sessions { get; set; }

    private IEnumerable<StreamSession> OpenSessions => Sessions?.OpenSessions ?? [];

    public void CountLoad(string model, string outcome) => _loads.AddOrUpdate((model, outcome), 1, static (_, count) => count + 1);

    public void KernelsSelected(string kernels, string cpuFeatures, int workers) => _kernels =
    [
        new Measurement<long>(1, Tag("kernels", kernels), Tag("cpu_features", cpuFeatures),
            Tag("workers", workers.ToString(CultureInfo.InvariantCulture))),
    ];

    /// <summary>Zero is told too, of every loaded model: an alert on silent sessions needs the series before the first one.</summary>
    private IEnumerable<Measurement<long>> CountSessions()
    {
        if (Sessions is not { } sessions)
            return [];
        var counts = sessions.Models.ToDictionary(model => model.Name, _ => new long[ActivityTags.Length]);
        foreach (StreamSession session in sessions.OpenSessions)
            counts[session.Model.Name][(int)session.Activity]++;
        return counts.SelectMany(model => model.Value.Select((count, activity) =>
            new Measurement<long>(count, Tag("model", model.Key), Tag("state", ActivityTags[activity]))));
    }

    private IEnumerable<Measurement<long>> SumStates()
    {
        if (Sessions is not { } sessions)
            return [];
        var sizes = sessions.Models.ToDictionary(model => model.Name, _ => 0L);
        foreach (StreamSession session in sessions.OpenSessions)
            sizes[session.Model.Name] += session.Model.StateBytes;
        return sizes.Select(model => new Measurement<long>(model.Value, Tag("model", model.Key)));
    }

    private IEnumerable<Measurement<long>> CountBlocks() =>
    [
        new(Sessions?.ReadyBlocks ?? 0, Tag("queue", "ready")),
        new(OpenSessions.Sum(session => session.Outlet.Count), Tag("queue", "outlet")),
    ];

    private IEnumerable<Measurement<long>> CountLoads() => _loads.Select(load =>
        new Measurement<long>(load.Value, Tag("model", load.Key.Model), Tag("outcome", load.Key.Outcome)));

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
