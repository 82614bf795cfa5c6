using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>A layer that is timed.</summary>
/// <param name="Cell">One of <see cref="LayerCells.Names"/>.</param>
/// <param name="Precision">The precision of its weights.</param>
/// <param name="Threads">Threads that share a pass.</param>
internal readonly record struct LayerKind(string Cell, WeightPrecision Precision = WeightPrecision.Fp32, int Threads = 1)
{
    /// <summary>The layer that the paper measures and that peers run too.</summary>
    public static readonly LayerKind Sru = new(LayerCells.Sru);

    public string PrecisionName => NameOf(Precision);

    /// <summary>A precision's name in manifests.</summary>
    public static string NameOf(WeightPrecision precision) => $"{precision}".ToLowerInvariant();

    public override string ToString() => $"{Cell} {PrecisionName}" + (Threads == 1 ? "" : $" x{Threads}");
}
