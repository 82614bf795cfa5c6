using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>What is timed.</summary>
/// <param name="Cell">One of <see cref="LayerCells.Names"/>.</param>
/// <param name="Precision">What the layer keeps of its weights.</param>
/// <param name="Threads">How many threads share a pass.</param>
internal readonly record struct LayerKind(string Cell, WeightPrecision Precision = WeightPrecision.Fp32, int Threads = 1)
{
    /// <summary>What the paper measures and peers run too.</summary>
    public static readonly LayerKind Sru = new(LayerCells.Sru);

    public string PrecisionName => NameOf(Precision);

    /// <summary>A precision as manifests name it.</summary>
    public static string NameOf(WeightPrecision precision) => $"{precision}".ToLowerInvariant();

    public override string ToString() => $"{Cell} {PrecisionName}" + (Threads == 1 ? "" : $" x{Threads}");
}
