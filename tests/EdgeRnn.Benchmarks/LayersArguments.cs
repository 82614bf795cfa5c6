using System.CommandLine;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Weights;
using static EdgeRnn.Benchmarks.CommandLine;
using static EdgeRnn.Benchmarks.OptionParsers;

namespace EdgeRnn.Benchmarks;

/// <summary>The arguments of the layers command.</summary>
internal static class LayersArguments
{
    private const int MaxSegments = 64;
    private const string NoPeers = "none";

    public static Command Create()
    {
        WeightPrecision[] allPrecisions = Enum.GetValues<WeightPrecision>();
        LayersOptions byDefault = new() { Hidden = [512, 1024], Modes = [CacheMode.Cold, CacheMode.Hot] };
        Option<int[]> hidden = Numbers("--hidden", "Units, and values per frame", MaxSize, [.. byDefault.Hidden]);
        Option<int[]> steps = Numbers("--steps", "Frames per block", MaxSteps, [.. byDefault.Steps]);
        Option<int[]> segments = Numbers("--segments", "Streams whose blocks share a pass; 1 is always measured too", MaxSegments, [1]);
        Option<int[]> threads = Numbers("--threads", "Threads that share a pass; 1 is always measured too", MaxThreads, [1]);
        Option<string[]> modes = Words("--mode", "Whether a pass finds its weights in the caches", ["cold", "hot"], ["cold", "hot"]);
        Option<string[]> cells = Words("--cell", "The cells", LayerCells.Names, [.. byDefault.Cells]);
        Option<string[]> precisions = Words(
            "--precision", "The precision of the weights; lstm and gru have only fp32",
            [.. allPrecisions.Select(LayerKind.NameOf)], [.. byDefault.Precisions.Select(LayerKind.NameOf)]);
        Option<string[]> peers = Words("--peers", "The peers to compare with, if installed", [.. PeerList.Names, NoPeers], PeerList.Names);
        Option<string[]> kernels = Words(
            "--kernels", "The SIMD width", [.. KernelSet.Available.Select(set => set.Name)],
            [KernelSet.Select(Environment.GetEnvironmentVariable(KernelSet.EnvironmentVariable)).Name], single: true);
        Option<int> rounds = Number("--rounds", "Rounds", MinRounds, MaxRounds, byDefault.Rounds);
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
                Precisions = [.. allPrecisions.Where(
                    precision => parsed.GetRequiredValue(precisions).Contains(LayerKind.NameOf(precision)))],
                Threads = [.. parsed.GetRequiredValue(threads).Prepend(1).Distinct()],
                Peers = [.. parsed.GetRequiredValue(peers).Where(peer => peer != NoPeers)],
                Kernels = KernelSet.Select(parsed.GetRequiredValue(kernels)[0]),
                Rounds = parsed.GetRequiredValue(rounds),
            },
            parsed.Target(json), parsed.GetValue(plot)));
        return command;
    }
}
