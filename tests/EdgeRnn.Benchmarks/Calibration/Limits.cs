using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Calibration;

/// <summary>What bounds a layer on this machine: reading its weights once, and multiplying.</summary>
internal sealed unsafe class Limits : IDisposable
{
    private readonly List<PassTimer> _reads;
    private readonly PassTimer _multiplyAdds;
    private readonly HugeMemory _result = new(64);
    private readonly long _weightBytes;
    private readonly double _fmaOperations;

    /// <param name="weights">The very copies that the layer reads.</param>
    /// <param name="kernels">Whose multiply-add peak counts.</param>
    public Limits(WeightCopies<CompiledLayer> weights, long weightBytes, KernelSet kernels, CacheMode mode)
    {
        Width widest = Width.Of(KernelSet.Available[0]), own = Width.Of(kernels);
        (_weightBytes, _fmaOperations) = (weightBytes, own.FmaOperations);
        nint length = (nint)(weightBytes / sizeof(float));
        _reads = [.. ReadBandwidth.Distances.Select(ahead => new PassTimer(
            () => Sink = widest.Read(weights.Next().Weights, length, ahead / sizeof(float)), mode == CacheMode.Hot))];
        _multiplyAdds = new PassTimer(() => own.RunFma(_result.Pointer), hot: true);
    }

    public IEnumerable<ISampled> Sampled => [.. _reads, _multiplyAdds];

    private float Sink { get; set; } // so that no read is optimised away

    /// <summary>The limits as measured; each as median and as best sample.</summary>
    public Roofline Measured(IReadOnlyDictionary<ISampled, Timing> timings)
    {
        Timing read = _reads.Select(sampled => timings[sampled]).MinBy(timing => timing.Median);
        return new(read, timings[_multiplyAdds] / _fmaOperations, _weightBytes);
    }

    public void Dispose() => _result.Dispose();
}

/// <summary>Limits of one layer.</summary>
/// <param name="WeightPass">Seconds to read the layer's weights once.</param>
/// <param name="Operation">Seconds per floating-point operation at the multiply-add peak.</param>
internal sealed record Roofline(Timing WeightPass, Timing Operation, long WeightBytes)
{
    /// <summary>GB/s.</summary>
    public double Bandwidth => WeightBytes / WeightPass.Median * 1e-9;

    /// <summary>GFLOP/s.</summary>
    public double Peak => 1e-9 / Operation.Median;

    /// <summary>The least seconds per frame when <paramref name="frames"/> share one reading of the weights.</summary>
    public Timing PerFrame(int frames, double operationsPerFrame) => new(
        Math.Max(WeightPass.Min / frames, Operation.Min * operationsPerFrame),
        Math.Max(WeightPass.P25 / frames, Operation.P25 * operationsPerFrame),
        Math.Max(WeightPass.Median / frames, Operation.Median * operationsPerFrame));
}
