using System.Globalization;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Goals;

/// <summary>The goals for other cells, precisions and numbers of threads, each beside the SRU in fp32 on one thread.</summary>
internal static class VariantGoals
{
    private const double MaxQrnnToSru = 1.05, TwoThreadSpeedUp = 1.8, TwoCorePeak = 1.9;

    // By precision and steps; there is no goal for the steps between.
    private static readonly (WeightPrecision Precision, Func<int, bool> At, double SpeedUp)[] PrecisionTable =
    [
        (WeightPrecision.Bf16, steps => steps <= 4, 1.8),
        (WeightPrecision.Int8, steps => steps <= 4, 3.5),
        (WeightPrecision.Int8, steps => steps >= 16, 1.5),
    ];

    /// <summary>Low precisions against fp32, cold.</summary>
    public static IEnumerable<Goal> Precisions(LayersResult result) =>
        from row in PrecisionTable
        where IsColdWithBestKernels(result)
        from steps in result.Steps(LayerKind.Sru)
        where row.At(steps)
        let own = result.Own(LayerKind.Sru with { Precision = row.Precision }, steps)
        where own is not null
        select Goal.AtLeast(
            result, $"fp32 ÷ {own.Kind.PrecisionName}, K={steps}", row.SpeedUp,
            Ratio.Of(result.Own(LayerKind.Sru, steps)!.PerFrame, own.PerFrame));

    /// <summary>QRNN against SRU per multiply-add, cold.</summary>
    public static IEnumerable<Goal> Qrnn(LayersResult result) =>
        from cell in (string[])[LayerCells.Qrnn, LayerCells.QrnnWindow2]
        where IsColdWithBestKernels(result)
        from steps in result.Steps(LayerKind.Sru)
        let own = result.Own(new LayerKind(cell), steps)
        where own is not null
        let perMultiplyAdd = own.PerFrame / (LayerCells.MultiplyAdds(cell, 1) / LayerCells.MultiplyAdds(LayerCells.Sru, 1))
        select Goal.AtMost(
            result, $"{cell} ÷ sru per multiply-add, K={steps}", MaxQrnnToSru,
            Ratio.Of(perMultiplyAdd, result.Own(LayerKind.Sru, steps)!.PerFrame));

    /// <summary>Two threads against one, hot, if the machine has two whole cores.</summary>
    public static IEnumerable<Goal> Threads(LayersResult result) =>
        from steps in result.Steps(LayerKind.Sru)
        where result.Hidden is 512 or 1024 && (result.Mode, result.Kernels) == (CacheMode.Hot, KernelSet.Available[0])
        let one = result.Own(LayerKind.Sru, steps)
        let two = result.Own(LayerKind.Sru with { Threads = 2 }, steps)
        where two is not null
        let cores = two.Limits.Peak / one.Limits.Peak
        select Goal.AtLeast(result, $"one thread ÷ two, K={steps}", TwoThreadSpeedUp, Ratio.Of(one.PerFrame, two.PerFrame)) with
        {
            Note = string.Create(CultureInfo.InvariantCulture, $"two cores multiply ×{cores:0.00}"),
            Doubt = cores >= TwoCorePeak ? null : "not two whole cores",
        };

    private static bool IsColdWithBestKernels(LayersResult result) =>
        (result.Hidden, result.Mode, result.Kernels) == (1024, CacheMode.Cold, KernelSet.Available[0]);
}
