using System.Diagnostics.Metrics;
using EdgeRnn.Cli.Load;
using EdgeRnn.Runtime.Metrics;

namespace EdgeRnn.Benchmarks.Serving.Hosting;

/// <summary>What a server's process has used since it started.</summary>
/// <param name="HeapBytes">Bytes of managed objects, after a collection if asked for.</param>
/// <param name="Passes">Weight passes; 0 for the bare services.</param>
/// <param name="Pauses">The pauses since the call of WatchPauses.</param>
internal sealed record HostCounters(
    long AllocatedBytes, double CpuS, double GcPauseMs, int Collections, long HeapBytes, long ResidentBytes, long Passes,
    IReadOnlyList<Pause> Pauses);

/// <summary>Reads the counters of this process.</summary>
internal sealed class HostMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _passes;
    private PauseWatch? _pauses;

    public HostMeter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RuntimeMetrics.MeterName && instrument.Name == MetricNames.PassSessions)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, _, _, _) => Interlocked.Increment(ref _passes));
        _listener.Start();
    }

    /// <summary>Records pauses from now on, on a thread that wakes up every millisecond.</summary>
    public void WatchPauses() => _pauses ??= new PauseWatch();

    /// <param name="collect">Whether to collect garbage first.</param>
    public HostCounters Read(bool collect)
    {
        // Read first: the reading itself allocates.
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        double pause = GC.GetTotalPauseDuration().TotalMilliseconds;
        int collections = GC.CollectionCount(0);
        if (collect)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new HostCounters(allocated, cpu, pause, collections, GC.GetTotalMemory(collect), Environment.WorkingSet,
            Interlocked.Read(ref _passes), _pauses?.Pauses ?? []);
    }

    public void Dispose()
    {
        _pauses?.Dispose();
        _listener.Dispose();
    }
}
