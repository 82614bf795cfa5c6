using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks;

/// <summary>What to measure.</summary>
/// <param name="Hidden">Units, and values per frame.</param>
/// <param name="Steps">Frames per block.</param>
/// <param name="Segments">Blocks of different streams that share a pass; 1 is always among them.</param>
/// <param name="Peers">Whom to compare with.</param>
internal sealed record LayersOptions(
    IReadOnlyList<int> Hidden, IReadOnlyList<int> Steps, IReadOnlyList<CacheMode> Modes, IReadOnlyList<int> Segments,
    IReadOnlyList<string> Peers, KernelSet Kernels, int Rounds)
{
    /// <summary>The only cell so far.</summary>
    public const string Cell = "sru";

    /// <summary>The only precision so far.</summary>
    public const string Precision = "fp32";

    /// <summary>The only number of threads so far.</summary>
    public const int Threads = 1;
}
