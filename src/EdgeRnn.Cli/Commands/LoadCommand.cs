using System.CommandLine;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Load;
using EdgeRnn.Client;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn load</c>: measures the latencies of a server under load.</summary>
internal sealed class LoadCommand
{
    private const int DefaultSeconds = 10, MaxStreams = 20_000, MaxFramesPerMessage = 4096, MaxSeconds = 86_400;

    private readonly Option<Uri> _address = CommonOptions.Address();
    private readonly Option<string> _model = CommonOptions.RequiredText("--model", "NAME", "The model's name");
    private readonly Option<int?> _streams = Required(CommonOptions.Number("--streams", "N", "Concurrent streams", 1, MaxStreams));
    private readonly Option<double?> _rate = CommonOptions.Rate(
        "Frames per second of each stream; default: as many as the server takes, without latencies");
    private readonly Option<int?> _framesPerMessage = CommonOptions.Number(
        "--frames-per-message", "N", "Frames per message; default: 1", 1, MaxFramesPerMessage);
    private readonly Option<int?> _budget = CommonOptions.Number(
        "--budget", "MS", "The latency budget of each session, and the deadline of each frame, in ms", 1, 60_000);
    private readonly Option<int?> _blockSteps = CommonOptions.Number(
        "--block-steps", "N", "Frames per block, a maximum if there is a budget; default: the server's", 1, 4096);
    private readonly Option<int?> _duration = CommonOptions.Number(
        "--duration", "S", $"Length of the load, in seconds; default: {DefaultSeconds}", 1, MaxSeconds);
    private readonly Option<string?> _input = CommonOptions.Text(
        "--input", "FILE", "Frames to send over and over: CSV, or .safetensors or .npy by extension; default: random frames");
    private readonly InputOptions _inputOptions = new();
    private readonly Option<int?> _pid = CommonOptions.Number(
        "--pid", "SERVER", "Report processor time and memory of this process, the server on this machine", 1, int.MaxValue);
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Terminal _terminal;

    private LoadCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var load = new LoadCommand(terminal);
        var command = new Command("load",
            "Sends frames at fixed times, however slow the server is, and measures the latencies from those times.")
        {
            load._address, load._model, load._streams, load._rate, load._framesPerMessage, load._budget, load._blockSteps,
            load._duration, load._input, load._pid, load._json,
        };
        load._inputOptions.AddTo(command);
        return command.Runs(terminal, load.RunAsync).WithExamples(
            "edgernn load --model machine-vibration --streams 100 --rate 50 --budget 100",
            "edgernn load --model machine-vibration --streams 1000 --rate 50 --budget 100 --duration 60 --pid 4711 --json load.json");
    }

    private static Option<T> Required<T>(Option<T> option)
    {
        option.Required = true;
        return option;
    }

    private Task RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Uri address = parsed.GetRequiredValue(_address);
        return ServerFailure.Translate(address, async () =>
        {
            LoadPlan plan = Plan(parsed);
            using ServerUse? server = parsed.GetValue(_pid) is { } pid ? new ServerUse(pid) : null;
            LoadPayloads payloads = await PayloadsAsync(parsed, address, plan, cancellation);
            var progress = new LoadProgress(_terminal);
            LoadReport report = await new LoadRun(address, plan, payloads, server).RunAsync(progress.Show, cancellation);
            progress.End();
            if (!JsonReport.Write(report, parsed, _json, _terminal))
                report.Print(_terminal.Output);
            if (report.Errors > 0)
                throw new CliException($"{report.Errors} of {report.Streams} streams failed: {report.FirstError}");
        });
    }

    private LoadPlan Plan(ParseResult parsed) => new(
        parsed.GetRequiredValue(_model), parsed.GetValue(_streams)!.Value, parsed.GetValue(_rate),
        parsed.GetValue(_framesPerMessage) ?? 1, TimeSpan.FromSeconds(parsed.GetValue(_duration) ?? DefaultSeconds),
        parsed.GetValue(_budget) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null, parsed.GetValue(_blockSteps));

    private async Task<LoadPayloads> PayloadsAsync(ParseResult parsed, Uri address, LoadPlan plan, CancellationToken cancellation)
    {
        using var client = new EdgeRnnClient(address);
        ModelDescription model = await client.GetModelAsync(plan.Model, cancellation);
        if (parsed.GetValue(_input) is not { } path)
            return LoadPayloads.Random(model.FrameSize, plan.FramesPerMessage);
        using FrameInput input = _inputOptions.Open(parsed, path, FrameFile.Csv, _terminal);
        return await LoadPayloads.ReadAsync(input, path, model, plan.FramesPerMessage, cancellation);
    }
}
