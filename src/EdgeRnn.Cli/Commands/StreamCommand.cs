using System.CommandLine;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Output;
using EdgeRnn.Cli.Streaming;
using EdgeRnn.Client;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn stream</c>: streams frames to a server and writes the results.</summary>
internal sealed class StreamCommand
{
    // The limit of the contract.
    private const double DefaultTimeout = 30;
    private const double MaxFrameRateHz = 1_000_000;

    private readonly Option<Uri> _address = CommonOptions.Address();
    private readonly Option<string> _model = new("--model")
    {
        Description = "The model's name; default: the server's only model",
        HelpName = "NAME",
        DefaultValueFactory = _ => "",
    };
    private readonly Option<string> _input = CommonOptions.RequiredText("--input", "FILE",
        "Frames: CSV, one per line; - for standard input; .safetensors or .npy by extension, [T, I], [T, 1, I] or [T, n]");
    private readonly InputOptions _inputOptions = new();
    private readonly Option<int?> _blockSteps = CommonOptions.Number(
        "--block-steps", "N", "Frames per block; default: the server's", 1, 4096);
    private readonly Option<int?> _maxDelay = CommonOptions.Number(
        "--max-delay", "MS", "Maximum time that a frame waits for its block to fill, in ms; default: the server's", 1, 60_000);
    private readonly Option<int?> _budget = CommonOptions.Number("--budget", "MS",
        "Maximum time of a frame inside the server, in ms; the server then chooses the blocks; not with --max-delay", 1, 60_000);
    private readonly Option<int?> _outputEvery = CommonOptions.Number(
        "--output-every", "N", "Results for every Nth frame only", 1, 1_000_000);
    private readonly Option<double?> _rate = CommonOptions.Rate(
        "Frames to send per second, as a sensor would; default: as many as the server takes");
    private readonly Option<string?> _name = CommonOptions.Text("--name", "NAME",
        "What the server's log and page call this stream, such as the sensor's name; default: none");
    private readonly Option<double?> _timeout = CommonOptions.Timeout();
    private readonly Option<string?> _output = CommonOptions.Text("--output", "FILE",
        "Results: CSV, or by extension safetensors with tensor output [T, 1, O]; default: CSV on standard output");
    private readonly Terminal _terminal;

    private StreamCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var stream = new StreamCommand(terminal);
        var command = new Command("stream",
            "Streams frames to a server and writes the results as they come. Ctrl+C ends the input; frames already sent are answered. A second Ctrl+C ends at once.")
        {
            stream._address, stream._model, stream._input, stream._blockSteps,
            stream._maxDelay, stream._budget, stream._outputEvery, stream._rate, stream._name, stream._timeout, stream._output,
        };
        stream._inputOptions.AddTo(command);
        return command.Runs(terminal, stream.RunAsync).WithExamples(
            "edgernn stream --model machine-vibration --input sensor.csv --output results.csv",
            "edgernn stream --input log.csv --delimiter semicolon --time 1 --columns 2-25 --on-bad-line hold",
            "read-sensor | edgernn stream --model machine-vibration --input - --max-delay 40",
            "edgernn stream --model machine-vibration --input sensor.csv --rate 50 --budget 50 --name pump-3",
            "edgernn stream --model digits --input clips.safetensors --tensor 3_george_0.logmel --rate 100");
    }

    private Task RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Uri server = parsed.GetRequiredValue(_address);
        return ServerFailure.Translate(server, async () =>
        {
            using FrameInput input = _inputOptions.Open(parsed, parsed.GetRequiredValue(_input), FrameFile.Csv, _terminal);
            using var client = new EdgeRnnClient(server);
            await using InferenceStream stream = await client.OpenAsync(Options(parsed), cancellation);
            string? path = parsed.GetValue(_output);
            using var output = ResultOutput.Create(path ?? "-", OutputRows.Of(stream.Model), input.Times, FrameFile.Csv, _terminal);
            var progress = new StreamProgress(_terminal, resultsOnTerminal: path is null && _terminal.OutputIsTerminal);
            var transfer = new StreamTransfer(stream, input, parsed.GetValue(_rate));
            await transfer.RunAsync(Deliver, cancellation);
            progress.Complete(transfer.FramesSent);

            void Deliver(InferenceResult result)
            {
                output.Write(result.FirstIndex, stream.OutputEvery, result.Outputs.Span);
                progress.Add(result.Count, transfer.FramesSent);
            }
        });
    }

    private InferenceOptions Options(ParseResult parsed) => new()
    {
        Model = parsed.GetRequiredValue(_model),
        BlockSteps = parsed.GetValue(_blockSteps),
        MaxBlockDelay = parsed.GetValue(_maxDelay) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        OutputEvery = parsed.GetValue(_outputEvery),
        LatencyBudget = parsed.GetValue(_budget) is { } budget ? TimeSpan.FromMilliseconds(budget) : null,
        OpenTimeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout) ?? DefaultTimeout),
        EndTimeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout) ?? DefaultTimeout),
        ClientName = parsed.GetValue(_name) ?? "",
        FrameRateHz = parsed.GetValue(_rate) is { } rate ? Math.Min(rate, MaxFrameRateHz) : null,
    };
}
