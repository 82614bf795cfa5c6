using System.Globalization;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Goals;

/// <summary>The goals for an SRU in fp32 on one thread.</summary>
internal static class SruGoals
{
    private const double NearRoofline = .95, SpeedUpShare = .90, SmallHotShare = .90, SharedPassSpeedUp = 2.7;
    private const double MaxRecurrenceShare = .20, MaxRestShare = .15;

    // d = 1024, cold, by steps: share of the roofline; each peer's time divided by ours.
    private static readonly (int Steps, double Share, double OpenBlas, double OneDnn, double? Torch)[] Table =
    [
        (1, .97, 1.15, 1.0, 3.5),
        (2, .96, 2.1, 1.05, null),
        (4, .95, 3.4, 1.05, 3.5),
        (8, .94, 3.4, 1.4, null),
        (16, .92, 3.0, 1.5, 3.5),
        (32, .93, 2.1, 1.3, null),
        (128, .95, 1.35, 1.1, 1.4),
    ];

    /// <summary>Shares of the roofline, cold; each SIMD width against its own peak.</summary>
    public static IEnumerable<Goal> Shares(LayersResult result) =>
        from row in Table
        where (result.Hidden, result.Mode) == (1024, CacheMode.Cold)
        let own = result.Own(LayerKind.Sru, row.Steps)
        where own is not null
        select Share(result, own, row.Share);

    /// <summary>The speed-up of blocks over single steps, relative to what the roofline allows.</summary>
    public static IEnumerable<Goal> SpeedUps(LayersResult result) =>
        from row in Table
        where row.Steps > 1 && IsColdWithBestKernels(result)
        let one = result.Own(LayerKind.Sru, 1)
        let own = result.Own(LayerKind.Sru, row.Steps)
        where one is not null && own is not null
        let speedUp = Ratio.Of(one.PerFrame, own.PerFrame)
        select Goal.AtLeast(
            result, $"own K=1 ÷ K={row.Steps}, of what the roofline allows", SpeedUpShare, speedUp / Ratio.Of(one.Roofline, own.Roofline))
            with
        {
            Note = BesidePaper(row.Steps, speedUp.Median),
            Doubt = Doubt(result),
        };

    /// <summary>The peers' times divided by ours, cold.</summary>
    public static IEnumerable<Goal> Peers(LayersResult result)
    {
        if (!IsColdWithBestKernels(result))
            yield break;
        foreach ((int steps, _, double openBlas, double oneDnn, double? torch) in Table)
        {
            if (result.Own(LayerKind.Sru, steps) is not { } own)
                continue;
            if (result.Find(LayerKind.Sru, "openblas", steps) is { } blas)
                yield return Against(result, blas, own, openBlas);
            if (result.Find(LayerKind.Sru, "onednn", steps) is { } dnn)
            {
                Goal goal = Against(result, dnn, own, oneDnn);
                bool isExcused = !goal.IsMet && AreBothNearRoofline(dnn, own);
                yield return isExcused ? goal with { Note = "both within 5 % of the roofline", IsExcused = true } : goal;
            }

            if (torch is { } wanted && result.Find(LayerKind.Sru, "torch", steps) is { } python)
                yield return Against(result, python, own, wanted);
        }
    }

    /// <summary>Four streams whose blocks share a pass, cold.</summary>
    public static IEnumerable<Goal> SharedPass(LayersResult result)
    {
        if (!IsColdWithBestKernels(result)
            || result.Own(LayerKind.Sru, 4) is not { } alone || result.Own(LayerKind.Sru, 4, 4) is not { } shared)
        {
            yield break;
        }

        yield return Goal.AtLeast(
            result, "four passes ÷ one of four streams, K=4", SharedPassSpeedUp, Ratio.Of(alone.PerFrame, shared.PerFrame));
    }

    /// <summary>Against oneDNN, hot.</summary>
    public static IEnumerable<Goal> HotPeer(LayersResult result) =>
        from steps in result.Steps(LayerKind.Sru)
        where (result.Hidden, result.Mode, result.Kernels) == (512, CacheMode.Hot, KernelSet.Available[0])
        let peer = result.Find(LayerKind.Sru, "onednn", steps)
        where peer is not null
        select Against(result, peer, result.Own(LayerKind.Sru, steps)!, 1);

    /// <summary>Shares of the roofline, in the second-level cache.</summary>
    public static IEnumerable<Goal> HotShares(LayersResult result) =>
        from steps in result.Steps(LayerKind.Sru)
        where (result.Hidden, result.Mode) == (256, CacheMode.Hot)
        select Share(result, result.Own(LayerKind.Sru, steps)!, SmallHotShare);

    /// <summary>The time that a small layer spends besides its product.</summary>
    public static IEnumerable<Goal> Parts(LayersResult result)
    {
        if ((result.Hidden, result.Mode) != (96, CacheMode.Hot))
            yield break;
        foreach (PartTimes parts in result.Parts.Where(parts => parts.Steps == 8))
        {
            yield return Part("recurrence", MaxRecurrenceShare, of => of(parts.ProductAndRecurrence) - of(parts.Product));
            yield return Part("all else", MaxRestShare, of => of(parts.Layer) - of(parts.ProductAndRecurrence));

            Goal Part(string name, double wanted, Func<Func<Timing, double>, double> part) => Goal.AtMost(
                result, $"{name} ÷ product, K=8", wanted,
                new(part(of => of.Median) / parts.Product.Median, part(of => of.Min) / parts.Product.Min));
        }
    }

    private static bool IsColdWithBestKernels(LayersResult result) =>
        (result.Hidden, result.Mode, result.Kernels) == (1024, CacheMode.Cold, KernelSet.Available[0]);

    private static Goal Share(LayersResult result, Measurement own, double wanted) =>
        Goal.AtLeast(result, $"share of the roofline, K={own.Steps}", wanted, own.Share) with { Doubt = Doubt(result) };

    private static Goal Against(LayersResult result, Measurement peer, Measurement own, double wanted) =>
        Goal.AtLeast(result, $"{peer.Variant} ÷ edgernn, K={own.Steps}", wanted, Ratio.Of(peer.PerFrame, own.PerFrame));

    // Two contenders at the limit cannot differ.
    private static bool AreBothNearRoofline(Measurement peer, Measurement own) =>
        peer.Share.Median >= NearRoofline && own.Share.Median >= NearRoofline;

    private static string? Doubt(LayersResult result) =>
        result.AboveRoofline.Any(measured => measured.Kind == LayerKind.Sru) ? "calibration too weak" : null;

    private static string BesidePaper(int steps, double speedUp)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"×{speedUp:0.0}");
        foreach ((int paperSteps, double paper) in Paper.SpeedUps)
        {
            if (paperSteps == steps)
                return string.Create(CultureInfo.InvariantCulture, $"{own}, the paper's ARM ×{paper:0.0}");
        }

        return own;
    }
}
