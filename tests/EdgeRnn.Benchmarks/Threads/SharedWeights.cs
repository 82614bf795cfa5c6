using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>An SRU layer with as many units as inputs, or a part of its units, on huge pages if available.</summary>
internal sealed class SharedWeights : IDisposable
{
    private const int Gates = 3;

    private HugeMemory? _memory;

    /// <param name="hidden">Units of the whole layer, and values per frame.</param>
    /// <param name="firstUnit">The first of the part's units.</param>
    public SharedWeights(KernelSet kernels, int hidden, int firstUnit, int units)
    {
        var random = new Random(hidden);
        float[] weights = Uniform(random, Gates * hidden * hidden, MathF.Sqrt(3f / hidden));
        float[] biases = Uniform(random, 2 * hidden, 0.5f), weightC = Uniform(random, 2 * hidden, 1);
        FirstUnit = firstUnit;
        Layer = kernels.Compile(
            new SruCell(hidden, units, Part(weights, hidden), Part(biases, 1), Part(weightC, 1), SkipTerm.Input, 1, Activation.Tanh),
            new PackingOptions(WeightPrecision.Fp32, length => (_memory = new HugeMemory(length * (long)sizeof(float))).ToBuffer(length)));

        // The part's units of each plane of [plane][unit][size].
        float[] Part(float[] planes, int size) =>
            [.. planes.Chunk(hidden * size).SelectMany(plane => plane.Skip(firstUnit * size).Take(units * size))];
    }

    public GateLayer Layer { get; }

    public int FirstUnit { get; }

    public static float[] Uniform(Random random, int length, float bound) =>
        [.. Enumerable.Range(0, length).Select(_ => bound * (2 * random.NextSingle() - 1))];

    public void Dispose()
    {
        Layer.Dispose();
        _memory!.Dispose();
    }
}
