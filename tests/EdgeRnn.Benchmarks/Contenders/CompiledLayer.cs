using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>A layer whose packed weights the calibration can read too.</summary>
internal sealed class CompiledLayer : IDisposable
{
    private readonly List<HugeMemory> _memories = [];
    private readonly List<AlignedBuffer> _weights = [];

    public CompiledLayer(KernelSet kernels, Cell cell, WeightPrecision precision) =>
        Layer = kernels.Compile(cell, new PackingOptions(precision, Allocate));

    /// <summary>As many copies as the cache mode rotates.</summary>
    public static WeightCopies<CompiledLayer> Copies(KernelSet kernels, Cell cell, WeightPrecision precision, CacheMode mode)
    {
        using GateLayer layer = kernels.Compile(cell, precision);
        return new(mode, layer.WeightBytes, () => new CompiledLayer(kernels, cell, precision));
    }

    public GateLayer Layer { get; }

    /// <summary>All packed weights: those of the inputs and, for a fully recurrent cell, those of its last outputs.</summary>
    public IReadOnlyList<AlignedBuffer> Weights => _weights;

    public void Dispose()
    {
        Layer.Dispose();
        foreach (HugeMemory memory in _memories)
            memory.Dispose();
    }

    private AlignedBuffer Allocate(int length)
    {
        _memories.Add(new HugeMemory(length * (long)sizeof(float)));
        // Two wrappers, because the layer disposes its own.
        _weights.Add(_memories[^1].ToBuffer(length));
        return _memories[^1].ToBuffer(length);
    }
}
