using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Goals;

/// <summary>A run of the layers benchmark, and the goals that it judges.</summary>
internal sealed record GoalGroup(string Name, LayersOptions Options, params IReadOnlyList<GoalFamily> Families)
{
    /// <summary>Runs that judge every goal once.</summary>
    public static IReadOnlyList<GoalGroup> All { get; } =
    [
        new("cold", Cold() with { Peers = PeerList.Names }, SruGoals.Shares, SruGoals.SpeedUps, SruGoals.Peers),
        new("shared", Cold() with { Steps = [4], Segments = [1, 4] }, SruGoals.SharedPass),
        new("precision", Cold() with { Precisions = Enum.GetValues<WeightPrecision>() }, VariantGoals.Precisions),
        new("qrnn", Cold() with { Cells = [LayerCells.Sru, LayerCells.Qrnn, LayerCells.QrnnWindow2] }, VariantGoals.Qrnn),
        new("hot", Hot(512) with { Peers = ["onednn"] }, SruGoals.HotPeer),
        new("threads", Hot(512, 1024) with { Threads = [1, 2] }, VariantGoals.Threads),
        new("l2", Hot(256), SruGoals.HotShares),
        new("small", Hot(96) with { Steps = [8] }, SruGoals.Parts),
        .. KernelSet.Available.Where(kernels => kernels.Name == "v256" && kernels != KernelSet.Available[0]).SelectMany(Narrow),
    ];

    public static string[] Names => [.. All.Select(group => group.Name)];

    /// <summary>The goals of all families that a result can judge.</summary>
    public static IEnumerable<Goal> GoalsOf(LayersResult result) =>
        All.SelectMany(group => group.Families).Distinct().SelectMany(family => family(result));

    private static LayersOptions Cold() => new() { Hidden = [1024], Modes = [CacheMode.Cold] };

    private static LayersOptions Hot(params int[] hidden) => new() { Hidden = hidden, Modes = [CacheMode.Hot] };

    private static IEnumerable<GoalGroup> Narrow(KernelSet kernels) =>
    [
        new($"{kernels}", Cold() with { Kernels = kernels }, SruGoals.Shares),
        new($"{kernels}-l2", Hot(256) with { Kernels = kernels }, SruGoals.HotShares),
    ];
}
