using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>A layer whose packed weights lie where they can be read for the calibration too.</summary>
internal sealed unsafe class CompiledLayer : IDisposable
{
    private HugeMemory? _memory;

    public CompiledLayer(KernelSet kernels, Cell cell)
    {
        Layer = kernels.Compile(cell, new WeightStore(WeightPrecision.Fp32, length =>
        {
            _memory = new HugeMemory(length * (long)sizeof(float));
            return _memory.ToBuffer(length);
        }));
        Weights = _memory!.Pointer;
    }

    public GateLayer Layer { get; }

    /// <summary>All packed weights, from front to back.</summary>
    public float* Weights { get; }

    public void Dispose()
    {
        Layer.Dispose();
        _memory!.Dispose();
    }
}
