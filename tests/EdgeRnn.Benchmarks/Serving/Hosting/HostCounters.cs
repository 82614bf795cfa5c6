using System.Diagnostics.Metrics;
using EdgeRnn.Runtime;

namespace EdgeRnn.Benchmarks.Serving.Hosting;

/// <summary>What a server's process has used since it started.</summary>
/// <param name="HeapBytes">What its managed objects occupy, after a collection.</param>
/// <param name="Passes">Weight passes; 0 for the echo.</param>
internal sealed record HostCounters(
    long AllocatedBytes, double CpuS, double GcPauseMs, int Collections, long HeapBytes, long ResidentBytes, long Passes);

/// <summary>Reads the counters of this process.</summary>
internal sealed class HostMeter : IDisposable
{
    private const string PassInstrument = "edgernn.pass.sessions";

    private readonly MeterListener _listener = new();
    private long _passes;

    public HostMeter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RuntimeMetrics.MeterName && instrument.Name == PassInstrument) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, _, _, _) => Interlocked.Increment(ref _passes));
        _listener.Start();
    }

    /// <param name="collect">Has what is not used any more collected first.</param>
    public HostCounters Read(bool collect)
    {
        // Read first: the reading itself allocates.
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        double pause = GC.GetTotalPauseDuration().TotalMilliseconds;
        int collections = GC.CollectionCount(0);
        if (collect) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new HostCounters(allocated, cpu, pause, collections, GC.GetTotalMemory(collect), Environment.WorkingSet, Interlocked.Read(ref _passes));
    }

    public void Dispose() => _listener.Dispose();
}
