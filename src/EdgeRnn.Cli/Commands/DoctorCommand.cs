using System.CommandLine;
using System.Net;
using System.Net.NetworkInformation;
using EdgeRnn.Cli.Doctor;
using EdgeRnn.Cli.Output;
using EdgeRnn.Cli.Running;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Server;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn doctor</c>: reports what this machine offers for streaming inference, and whether a model fits.</summary>
internal sealed class DoctorCommand
{
    private readonly Argument<string?> _directory = new("DIR")
    {
        Description = "A model package to check against this machine",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<double?> _rate = CommonOptions.Rate(
        "Frames per second of a stream; default: the package's");
    private readonly Option<int?> _blockSteps = CommonOptions.Number(
        "--block-steps", "N", "Frames per block; default: the server's", 1, 4096);
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Terminal _terminal;
    private readonly string _root;

    private DoctorCommand(Terminal terminal, string root)
    {
        _terminal = terminal;
        _root = root;
    }

    /// <param name="root">The folder that holds <c>sys</c> and <c>proc</c>.</param>
    public static Command Create(Terminal terminal, string root = "/")
    {
        var doctor = new DoctorCommand(terminal, root);
        return new Command("doctor",
            "Reports what this machine offers for streaming inference, and gives advice. Exit code 1: there is a problem.")
        {
            doctor._directory, doctor._rate, doctor._blockSteps, doctor._json,
        }
            .Runs(terminal, doctor.Run)
            .WithExamples("edgernn doctor", "edgernn doctor ./my-model --rate 50 --block-steps 8",
                "edgernn doctor ./my-model --json report.json");
    }

    private Task Run(ParseResult parsed, CancellationToken cancellation)
    {
        DoctorReport report = Examine(parsed);
        if (!JsonReport.Write(report, parsed, _json, _terminal))
            Print(report, _terminal.Output);
        return report.Problems.Count == 0
            ? Task.CompletedTask
            : throw new CliException($"found {report.Problems.Count} {(report.Problems.Count == 1 ? "problem" : "problems")}");
    }

    private DoctorReport Examine(ParseResult parsed)
    {
        KernelSet kernels = KernelChoice.FromEnvironment();
        var machine = Machine.Read(_root);
        double bandwidth = MemoryBandwidth.Measure(machine.MaxCache);
        ModelFit? fit = Fit(parsed, kernels, machine, bandwidth);
        int[] taken = TakenPorts();
        var diagnosis = Diagnosis.Of(machine, kernels.Name, taken, fit);
        return new DoctorReport(machine.Board, machine.Processor, Environment.ProcessorCount, kernels.Name,
            [.. KernelSet.Available.Select(available => available.Name)], machine.Caches, machine.MemoryBytes, bandwidth,
            machine.Governors, machine.PowerSensor, taken, fit, diagnosis.Problems, diagnosis.Advice);
    }

    private ModelFit? Fit(ParseResult parsed, KernelSet kernels, Machine machine, double bandwidth)
    {
        if (parsed.GetValue(_directory) is not { } directory)
            return null;
        using RecurrentModel model = ModelLoader.Load(directory, kernels, new WarningLogger<RecurrentModel>(_terminal));
        double rate = parsed.GetValue(_rate) ?? model.Description.FrameRate
            ?? throw new CliException("--rate: expected the frames per second, because the package states none", ExitCodes.WrongUse);
        int steps = parsed.GetValue(_blockSteps) ?? new RuntimeOptions().DefaultBlockSteps;
        return ModelFit.Of(
            model.Name, model.WeightBytes, rate, steps, machine.MaxCache, bandwidth, model.IsFullyRecurrent);
    }

    private static int[] TakenPorts()
    {
        var options = new EdgeRnnServerOptions();
        IPEndPoint[] listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        return [.. ((int[])[options.GrpcPort, options.HttpPort]).Where(port => listening.Any(endpoint => endpoint.Port == port))];
    }

    private static void Print(DoctorReport report, TextWriter output)
    {
        TextTable.WritePairs(output,
        [
            ("board", report.Board ?? "unknown"),
            ("processor", $"{report.Processor ?? "unknown"}, {report.Processors} in use"),
            ("kernels", $"{report.Kernels} of {string.Join(", ", report.AvailableKernels)}"),
            ("caches", Listed(report.Caches.Select(cache => $"L{cache.Level} {Quantity.Bytes(cache.Bytes)}"))),
            ("memory", report.MemoryBytes is { } memory ? Quantity.Bytes(memory) : "unknown"),
            ("read by one thread", $"{Quantity.Bytes(report.BandwidthBytesPerSecond)}/s, measured"),
            ("frequency governor", Listed(report.Governors)),
            ("power sensor", report.PowerSensor ?? "none"),
            ("ports in use", report.TakenPorts.Count == 0 ? "none of the server's" : string.Join(", ", report.TakenPorts)),
            ("model", report.Fit?.ToString() ?? "none given"),
        ]);
        foreach (string problem in report.Problems)
            output.WriteLine($"problem: {problem}");
        foreach (string advice in report.Advice)
            output.WriteLine($"advice: {advice}");
    }

    private static string Listed(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } list ? list : "unknown";
}

/// <summary>The JSON report of <c>edgernn doctor</c>.</summary>
/// <param name="Processors">Processors that this process may use.</param>
/// <param name="BandwidthBytesPerSecond">Measured bandwidth of one thread's reads from memory.</param>
internal sealed record DoctorReport(
    string? Board, string? Processor, int Processors, string Kernels, IReadOnlyList<string> AvailableKernels,
    IReadOnlyList<CpuCache> Caches, long? MemoryBytes, double BandwidthBytesPerSecond, IReadOnlyList<string> Governors,
    string? PowerSensor, IReadOnlyList<int> TakenPorts, ModelFit? Fit, IReadOnlyList<string> Problems, IReadOnlyList<string> Advice);
