using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>What to measure.</summary>
/// <param name="Hidden">Units, and values per frame.</param>
/// <param name="Steps">Frames per pass on otherwise idle processors.</param>
/// <param name="BusySteps">Frames per pass beside busy processes.</param>
/// <param name="Workers">Threads that share a pass.</param>
/// <param name="Neighbors">Busy processes.</param>
/// <param name="Rounds">Samples of about a millisecond.</param>
/// <param name="Passes">Passes of each contender beside busy processes.</param>
internal sealed record ThreadsOptions(
    IReadOnlyList<int> Hidden, IReadOnlyList<int> Steps, IReadOnlyList<int> BusySteps, int Workers, int Neighbors, int Rounds, int Passes,
    KernelSet Kernels);
