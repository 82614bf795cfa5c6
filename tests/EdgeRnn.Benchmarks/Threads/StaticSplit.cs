using System.Diagnostics;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>
/// The baseline of sharing: each of two threads always computes the same half of the units, and a pass ends when both are done. Like
/// the runtime's workers, they spin briefly before they wait.
/// </summary>
internal sealed class StaticSplit : IDisposable
{
    private static readonly TimeSpan SpinTime = TimeSpan.FromMicroseconds(50);

    private readonly SharedWeights _firstWeights, _secondWeights;
    private readonly SharedLayer _first, _second;
    private readonly SemaphoreSlim _begin = new(0), _end = new(0);
    private readonly Thread _other;
    private volatile bool _disposed;

    public StaticSplit(KernelSet kernels, int hidden, int steps)
    {
        int half = LanePadding.Pad(hidden / 2);
        _firstWeights = new SharedWeights(kernels, hidden, 0, half);
        _secondWeights = new SharedWeights(kernels, hidden, half, hidden - half);
        _first = new SharedLayer(_firstWeights, steps);
        _second = new SharedLayer(_secondWeights, steps);
        _other = new Thread(RunSecondHalves) { IsBackground = true };
        _other.Start();
    }

    public void Pass()
    {
        _begin.Release();
        _first.Pass();
        Await(_end);
    }

    /// <summary>Runs one pass from a state of zeros: [step][unit].</summary>
    public float[] Outputs()
    {
        _first.Reset();
        _second.Reset();
        Pass();
        return [.. _first.LastOutputs().Chunk(_firstWeights.Layer.Units).Zip(_second.LastOutputs().Chunk(_secondWeights.Layer.Units),
            (first, second) => (float[])[.. first, .. second]).SelectMany(step => step)];
    }

    public void Dispose()
    {
        _disposed = true;
        _begin.Release();
        _other.Join();
        _first.Dispose();
        _second.Dispose();
        _firstWeights.Dispose();
        _secondWeights.Dispose();
        _begin.Dispose();
        _end.Dispose();
    }

    private static void Await(SemaphoreSlim signal)
    {
        for (long start = Stopwatch.GetTimestamp(); signal.CurrentCount == 0 && Stopwatch.GetElapsedTime(start) < SpinTime;)
            Thread.SpinWait(10);
        signal.Wait();
    }

    private void RunSecondHalves()
    {
        while (true)
        {
            Await(_begin);
            if (_disposed)
                return;
            _second.Pass();
            _end.Release();
        }
    }
}
