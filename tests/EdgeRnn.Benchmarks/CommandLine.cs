using System.CommandLine;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Goals;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Kernels;
using static EdgeRnn.Benchmarks.OptionParsers;

namespace EdgeRnn.Benchmarks;

/// <summary>The commands of the benchmarks.</summary>
internal static class CommandLine
{
    private const int MinRounds = 21, MaxSize = 8192, MaxSteps = 1024, MaxSegments = 64, MaxThreads = 64;

    private const string NoPeers = "none";

    public static RootCommand Create()
        => new("Benchmarks of EdgeRnn's kernels, against the machine's limits and against peers.") { Layers(), AllGoals() };

    private static Command Layers()
    {
        WeightPrecision[] allPrecisions = Enum.GetValues<WeightPrecision>();
        LayersOptions byDefault = new() { Hidden = [512, 1024], Modes = [CacheMode.Cold, CacheMode.Hot] };
        Option<int[]> hidden = Numbers("--hidden", "Units, and values per frame", MaxSize, [.. byDefault.Hidden]);
        Option<int[]> steps = Numbers("--steps", "Frames per block", MaxSteps, [.. byDefault.Steps]);
        Option<int[]> segments = Numbers("--segments", "Streams whose blocks share a pass; 1 is always measured too", MaxSegments, [1]);
        Option<int[]> threads = Numbers("--threads", "Threads that share a pass; 1 is always measured too", MaxThreads, [1]);
        Option<string[]> modes = Words("--mode", "Where weights lie when a pass begins", ["cold", "hot"], ["cold", "hot"]);
        Option<string[]> cells = Words("--cell", "The cells", LayerCells.Names, [.. byDefault.Cells]);
        Option<string[]> precisions = Words(
            "--precision", "What weights are stored as; lstm and gru have fp32 only",
            [.. allPrecisions.Select(LayerKind.NameOf)], [.. byDefault.Precisions.Select(LayerKind.NameOf)]);
        Option<string[]> peers = Words("--peers", "Whom to compare with, where installed", [.. PeerList.Names, NoPeers], PeerList.Names);
        Option<string[]> kernels = Words(
            "--kernels", "The SIMD width", [.. KernelSet.Available.Select(set => set.Name)],
            [KernelSet.Select(Environment.GetEnvironmentVariable(KernelSet.EnvironmentVariable)).Name], single: true);
        Option<int> rounds = AtLeast("--rounds", "Rounds", MinRounds, byDefault.Rounds);
        Option<string?> json = Json();
        var plot = new Option<string?>("--plot")
        {
            Description = "Draw time per frame and speed-up against the block size",
            HelpName = "FILE.svg",
        };

        var command = new Command("layers", "Times single layers. Exits with 1 if a result is wrong.")
        {
            hidden, steps, segments, modes, cells, precisions, threads, peers, kernels, rounds, json, plot,
        };
        command.SetAction(parsed => LayersCommand.Run(
            new LayersOptions
            {
                Hidden = parsed.GetRequiredValue(hidden),
                Steps = parsed.GetRequiredValue(steps),
                Modes = [.. parsed.GetRequiredValue(modes).Select(mode => mode == "cold" ? CacheMode.Cold : CacheMode.Hot)],
                Segments = [.. parsed.GetRequiredValue(segments).Prepend(1).Distinct()],
                Cells = parsed.GetRequiredValue(cells),
                Precisions = [.. allPrecisions.Where(precision => parsed.GetRequiredValue(precisions).Contains(LayerKind.NameOf(precision)))],
                Threads = [.. parsed.GetRequiredValue(threads).Prepend(1).Distinct()],
                Peers = [.. parsed.GetRequiredValue(peers).Where(peer => peer != NoPeers)],
                Kernels = KernelSet.Select(parsed.GetRequiredValue(kernels)[0]),
                Rounds = parsed.GetRequiredValue(rounds),
            },
            parsed.Target(json), parsed.GetValue(plot)));
        return command;
    }

    private static Command AllGoals()
    {
        Option<string[]> only = Words("--only", "Which goals to judge", GoalGroup.Names, GoalGroup.Names);
        Option<int> runs = AtLeast("--runs", "Runs, of which the best counts", 1, 3);
        Option<int> rounds = AtLeast("--rounds", "Rounds of each", MinRounds, LayersOptions.DefaultRounds);
        Option<string?> json = Json();
        var command = new Command("goals", "Measures all that the project's goals of speed need, and judges them. Exits with 1 if a result is wrong.")
        {
            only, runs, rounds, json,
        };
        command.SetAction(parsed => GoalsCommand.Run(
            [.. GoalGroup.All.Where(group => parsed.GetRequiredValue(only).Contains(group.Name))
                .Select(group => group with { Options = group.Options with { Rounds = parsed.GetRequiredValue(rounds) } })],
            parsed.GetRequiredValue(runs), parsed.Target(json)));
        return command;
    }
}
