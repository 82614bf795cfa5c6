using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks;

/// <summary>What to measure. Default: an SRU in fp32 on one thread with the best kernels, without peers.</summary>
internal sealed record LayersOptions
{
    public const int DefaultRounds = 41;

    public static readonly int[] DefaultSteps = [1, 2, 4, 8, 16, 32, 128];

    /// <summary>Units, and values per frame.</summary>
    public required IReadOnlyList<int> Hidden { get; init; }

    public required IReadOnlyList<CacheMode> Modes { get; init; }

    /// <summary>Frames per block.</summary>
    public IReadOnlyList<int> Steps { get; init; } = DefaultSteps;

    /// <summary>Blocks of different streams that share a pass.</summary>
    public IReadOnlyList<int> Segments { get; init; } = [1];

    public IReadOnlyList<string> Cells { get; init; } = [LayerCells.Sru];

    public IReadOnlyList<WeightPrecision> Precisions { get; init; } = [WeightPrecision.Fp32];

    /// <summary>Numbers of threads that share a pass.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [1];

    /// <summary>The peers to compare with.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    public KernelSet Kernels { get; init; } = KernelSet.Available[0];

    public int Rounds { get; init; } = DefaultRounds;

    /// <summary>Every cell in every precision, on every number of threads.</summary>
    public IEnumerable<LayerKind> Kinds =>
        from cell in Cells
        from precision in Precisions
        from threads in Threads
        select new LayerKind(cell, precision, threads);

    /// <summary>The command line that asks for these options.</summary>
    public override string ToString() =>
        $"layers --hidden {List(Hidden)} --mode {List(Modes)} --steps {List(Steps)} --segments {List(Segments)} --cell {List(Cells)} "
        + $"--precision {List(Precisions)} --threads {List(Threads)} --peers {(Peers.Count == 0 ? "none" : List(Peers))} "
        + $"--kernels {Kernels} --rounds {Rounds}";

    private static string List<T>(IEnumerable<T> values) => string.Join(',', values).ToLowerInvariant();
}
