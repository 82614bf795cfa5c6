using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>A figure that the project wants to reach, and what was measured.</summary>
/// <param name="Wanted">The bound, or another condition that was found to hold.</param>
/// <param name="AtMinima">The same figure from the best samples; NaN where it has no meaning.</param>
internal sealed record Goal(string Name, string Layer, string Wanted, double Measured, double AtMinima, bool IsMet);

/// <summary>The goals for SRU in fp32 on one thread.</summary>
internal static class Goals
{
    private const double NearRoofline = .95, SpeedUpShare = .90, SmallHotShare = .90, SharedPassSpeedUp = 2.7;
    private const double MaxRecurrenceShare = .20, MaxRestShare = .15;

    // d = 1024, cold; by steps: share of the roofline, then how many times longer each peer takes.
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

    /// <summary>The goals that the measurements of a layer can judge.</summary>
    public static IEnumerable<Goal> Of(LayerResult layer, KernelSet kernels)
    {
        bool areBestKernels = kernels == KernelSet.Available[0];
        return (layer.Hidden, layer.Mode) switch
        {
            (1024, CacheMode.Cold) => [.. Shares(layer), .. SpeedUps(layer), .. areBestKernels ? Peers(layer) : [], .. SharedPass(layer)],
            (512, CacheMode.Hot) when areBestKernels => HotPeer(layer),
            (256, CacheMode.Hot) => HotShares(layer),
            (96, CacheMode.Hot) => Parts(layer),
            _ => [],
        };
    }

    private static IEnumerable<Goal> Shares(LayerResult layer) =>
        from row in Table
        let own = layer.Own(row.Steps)
        where own is not null
        select AtLeast(layer, $"share of the roofline, K={row.Steps}", row.Share, own.Share);

    private static IEnumerable<Goal> SpeedUps(LayerResult layer)
    {
        if (layer.Own(1) is not { } one) return [];
        return from row in Table
               where row.Steps > 1
               let own = layer.Own(row.Steps)
               where own is not null
               select AtLeast(layer, $"own K=1 ÷ K={row.Steps}", SpeedUpShare * Ratio.Of(one.Roofline, own.Roofline).Median,
                   Ratio.Of(one.PerFrame, own.PerFrame));
    }

    private static IEnumerable<Goal> Peers(LayerResult layer)
    {
        foreach ((int steps, _, double openBlas, double oneDnn, double? torch) in Table)
        {
            if (layer.Own(steps) is not { } own) continue;
            if (layer.Find("openblas", steps) is { } blas) yield return Against(layer, blas, own, openBlas);
            if (layer.Find("onednn", steps) is { } dnn)
            {
                Goal goal = Against(layer, dnn, own, oneDnn);
                bool isExcused = !goal.IsMet && AreBothNearRoofline(dnn, own);
                yield return isExcused ? goal with { Wanted = "both near roofline", IsMet = true } : goal;
            }
            if (torch is { } bound && layer.Find("torch", steps) is { } python) yield return Against(layer, python, own, bound);
        }
    }

    // Two contenders at the limit cannot be apart.
    private static bool AreBothNearRoofline(Measurement peer, Measurement own)
        => peer.Share.Median >= NearRoofline && own.Share.Median >= NearRoofline;

    private static IEnumerable<Goal> HotPeer(LayerResult layer) =>
        from own in layer.Measurements
        where own == layer.Own(own.Steps)
        let peer = layer.Find("onednn", own.Steps)
        where peer is not null
        select Against(layer, peer, own, 1);

    private static IEnumerable<Goal> HotShares(LayerResult layer) =>
        from own in layer.Measurements
        where own == layer.Own(own.Steps)
        select AtLeast(layer, $"share of the roofline, K={own.Steps}", SmallHotShare, own.Share);

    private static IEnumerable<Goal> SharedPass(LayerResult layer)
    {
        if (layer.Own(4) is { } alone && layer.Own(4, 4) is { } shared)
        {
            Ratio speedUp = Ratio.Of(alone.PerFrame, shared.PerFrame);
            yield return AtLeast(layer, "four passes ÷ one of four streams, K=4", SharedPassSpeedUp, speedUp);
        }
    }

    private static IEnumerable<Goal> Parts(LayerResult layer)
    {
        foreach (PartTimes parts in layer.Parts.Where(parts => parts.Steps == 8))
        {
            yield return AtMost(layer, "recurrence ÷ product, K=8", MaxRecurrenceShare, parts.RecurrenceShare);
            yield return AtMost(layer, "all else ÷ product, K=8", MaxRestShare, parts.PackingShare + parts.RestShare);
        }
    }

    private static Goal Against(LayerResult layer, Measurement peer, Measurement own, double bound)
        => AtLeast(layer, $"{peer.Variant} ÷ edgernn, K={own.Steps}", bound, Ratio.Of(peer.PerFrame, own.PerFrame));

    private static Goal AtLeast(LayerResult layer, string name, double bound, Ratio measured)
        => new(name, NameOf(layer), $">= {Number(bound)}", measured.Median, measured.Minima, measured.Median >= bound);

    private static Goal AtMost(LayerResult layer, string name, double bound, double measured)
        => new(name, NameOf(layer), $"<= {Number(bound)}", measured, double.NaN, measured <= bound);

    private static string Number(double value) => FormattableString.Invariant($"{value:0.000}");

    private static string NameOf(LayerResult layer) => $"d={layer.Hidden} {layer.Mode}".ToLowerInvariant();
}
