using System.CommandLine;
using System.Globalization;
using EdgeRnn.Cli.Benchmark;
using EdgeRnn.Cli.Output;
using EdgeRnn.Cli.Running;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn bench</c>: finds the block size that suits a model on this machine.</summary>
internal sealed class BenchCommand
{
    private const double DefaultLatencyMs = 100;

    private readonly Argument<string> _directory = new("DIR") { Description = "The model package" };
    private readonly Option<double?> _latency = CommonOptions.Range(
        "--latency", "MS", $"Maximum time from a frame's arrival to its result, in ms; default: {DefaultLatencyMs:0}", 1e-3, 1e9);
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Terminal _terminal;

    private BenchCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var bench = new BenchCommand(terminal);
        return new Command("bench", "Times a model on this machine for every block size, on one thread, and recommends one.")
            {
                bench._directory, bench._latency, bench._json,
            }
            .Runs(terminal, bench.RunAsync)
            .WithExamples("edgernn bench ./my-model", "edgernn bench ./my-model --latency 40 --json");
    }

    private Task RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        KernelSet kernels = KernelChoice.FromEnvironment();
        using RecurrentModel model = ModelLoader.Load(parsed.GetRequiredValue(_directory), kernels, new WarningLogger<RecurrentModel>(_terminal));
        using var benchmark = new BlockBenchmark(model);
        IReadOnlyList<BlockTiming> timings = benchmark.Run(ShowProgress, cancellation);
        if (_terminal.ErrorIsTerminal)
            _terminal.Error.WriteLine();

        double latency = parsed.GetValue(_latency) ?? DefaultLatencyMs;
        double? rate = model.Description.FrameRate;
        var report = new BenchReport(model.Name, model.Precision, kernels.Name, model.WeightBytes, rate, latency,
            BlockAdvice.Recommend(timings, latency, rate), timings);
        if (!JsonReport.Write(report, parsed, _json, _terminal))
            Print(report, _terminal.Output);
        return Task.CompletedTask;
    }

    private void ShowProgress(int round)
    {
        if (_terminal.ErrorIsTerminal)
            _terminal.Error.Write($"\rround {round} of {BlockBenchmark.Rounds}");
    }

    private static void Print(BenchReport report, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Model}: {report.WeightBytes} bytes of weights, {report.Kernels}, one thread, {BlockBenchmark.Rounds} rounds"));
        output.WriteLine();
        TextTable.Write(output,
        [
            ["block steps", "us per frame", "fastest", "speed-up", "latency ms"],
            .. report.Blocks.Select(block => (string[])
            [
                Text($"{block.Steps}"), Text($"{block.MedianUs:0.00}"), Text($"{block.MinUs:0.00}"),
                Text($"{report.Blocks[0].MedianUs / block.MedianUs:0.0}"), Text($"{block.LatencyMs(report.FrameRateHz):0.0}"),
            ]),
        ]);
        output.WriteLine();
        string arrival = report.FrameRateHz is { } rate
            ? Text($"at {rate} frames/s")
            : "if all frames of a block arrive at once; the package states no frame rate";
        output.WriteLine(Text($"recommended: --block-steps {report.RecommendedBlockSteps}, which keeps {report.LatencyMs} ms {arrival}"));

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>The JSON report of <c>edgernn bench</c>.</summary>
/// <param name="LatencyMs">The latency that the user asked for.</param>
internal sealed record BenchReport(
    string Model, string Precision, string Kernels, long WeightBytes, double? FrameRateHz, double LatencyMs,
    int RecommendedBlockSteps, IReadOnlyList<BlockTiming> Blocks);
