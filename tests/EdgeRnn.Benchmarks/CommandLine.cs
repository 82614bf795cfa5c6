using System.CommandLine;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks;

/// <summary>The commands of the benchmarks.</summary>
internal static class CommandLine
{
    private const int MinRounds = 21, MaxSize = 8192, MaxSteps = 1024, MaxSegments = 64;

    public static RootCommand Create()
        => new("Benchmarks of EdgeRnn's kernels, against the machine's limits and against peers.")
        {
            Layers(), Serving.ServingCommand.Create(), Serving.Hosting.HostCommand.Create(), Simulation.SimulateCommand.Create(),
        };

    private static Command Layers()
    {
        Option<int[]> hidden = Numbers("--hidden", "Units, and values per frame", MaxSize, [512, 1024]);
        Option<int[]> steps = Numbers("--steps", "Frames per block", MaxSteps, [1, 2, 4, 8, 16, 32, 128]);
        Option<int[]> segments = Numbers("--segments", "Streams whose blocks share a pass; 1 is always measured too", MaxSegments, [1]);
        Option<string[]> modes = Words("--mode", "Where weights lie when a pass begins", ["cold", "hot"], ["cold", "hot"]);
        Option<string[]> cells = Words("--cell", "The cell", [LayersOptions.Cell], [LayersOptions.Cell]);
        Option<string[]> precisions = Words(
            "--precision", "What weights are stored as", [LayersOptions.Precision], [LayersOptions.Precision]);
        Option<string[]> threads = Words(
            "--threads", "Threads that share a pass", [$"{LayersOptions.Threads}"], [$"{LayersOptions.Threads}"]);
        Option<string[]> peers = Words("--peers", "Whom to compare with, where installed", PeerList.Names, PeerList.Names);
        Option<string[]> kernels = Words(
            "--kernels", "The SIMD width", [.. KernelSet.Available.Select(set => set.Name)],
            [KernelSet.Select(Environment.GetEnvironmentVariable(KernelSet.EnvironmentVariable)).Name], single: true);
        var rounds = new Option<int>("--rounds") { Description = $"Rounds, at least {MinRounds}", DefaultValueFactory = _ => 41 };
        rounds.Validators.Add(result =>
        {
            if (result.GetValue(rounds) is int value and < MinRounds)
                result.AddError($"--rounds: expected at least {MinRounds}, found {value}");
        });
        var json = new Option<string?>("--json")
        {
            Description = "Write the results to FILE, or to standard output without FILE, and nothing else there",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var plot = new Option<string?>("--plot")
        {
            Description = "Draw time per frame and speed-up against the block size",
            HelpName = "FILE.svg",
        };

        var command = new Command("layers", "Times one layer. Exits with 1 if a result is wrong or the calibration too weak.")
        {
            hidden, steps, segments, modes, cells, precisions, threads, peers, kernels, rounds, json, plot,
        };
        command.SetAction(parsed => LayersCommand.Run(
            new LayersOptions(
                parsed.GetRequiredValue(hidden),
                parsed.GetRequiredValue(steps),
                [.. parsed.GetRequiredValue(modes).Select(mode => mode == "cold" ? CacheMode.Cold : CacheMode.Hot)],
                [.. parsed.GetRequiredValue(segments).Prepend(1).Distinct()],
                parsed.GetRequiredValue(peers),
                KernelSet.Select(parsed.GetRequiredValue(kernels)[0]),
                parsed.GetRequiredValue(rounds)),
            jsonToOutput: parsed.GetResult(json) is not null && parsed.GetValue(json) is null,
            jsonFile: parsed.GetValue(json),
            plotFile: parsed.GetValue(plot)));
        return command;
    }

    /// <summary>Whole numbers from 1 to <paramref name="most"/>, separated by commas.</summary>
    private static Option<int[]> Numbers(string name, string description, int most, int[] byDefault) => new(name)
    {
        Description = description,
        HelpName = "N,N,…",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var numbers = new List<int>();
            foreach (string text in result.Tokens[0].Value.Split(','))
            {
                if (int.TryParse(text, out int number) && number >= 1 && number <= most) numbers.Add(number);
                else result.AddError($"{name}: expected whole numbers from 1 to {most}, found '{text}'");
            }
            return [.. numbers.Distinct()];
        },
    };

    /// <summary>Some of the <paramref name="available"/> words, separated by commas.</summary>
    private static Option<string[]> Words(
        string name, string description, string[] available, string[] byDefault, bool single = false) => new(name)
        {
            Description = $"{description}: {string.Join(", ", available)}",
            HelpName = single ? "NAME" : "NAME,…",
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                string[] words = [.. result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct()];
                foreach (string word in words.Where(word => !available.Contains(word)))
                    result.AddError($"{name}: '{word}' is not available here; available: {string.Join(", ", available)}");
                if (single && words.Length != 1) result.AddError($"{name}: expected one of {string.Join(", ", available)}");
                return words;
            },
        };
}
