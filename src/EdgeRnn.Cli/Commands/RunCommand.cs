using System.CommandLine;
using System.Globalization;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Output;
using EdgeRnn.Cli.Running;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn run</c>: runs a package in this process, which is how to check a model.</summary>
internal sealed class RunCommand
{
    private const int MaxSteps = LocalRunOptions.MaxBlockSteps;

    // Outputs of float32 implementations differ by rounding; recurrent layers pass it on.
    private const double DefaultTolerance = 1e-4;

    private readonly Option<string> _model = CommonOptions.RequiredText("--model", "DIR", "The model package");
    private readonly Option<string> _input = CommonOptions.RequiredText("--input", "FILE",
        "Frames: safetensors or .npy, [T, I], [T, 1, I] or [T, n] with n a divisor of I; or CSV (.csv, or - for standard input)");
    private readonly InputOptions _inputOptions = new();
    private readonly Option<int[]> _blockSteps = new("--block-steps")
    {
        Description = $"Frames per block, 1 to {MaxSteps}; several, separated by commas, are used cyclically",
        HelpName = "N,…",
        DefaultValueFactory = _ => [16],
        CustomParser = result => ParseSteps(result.Tokens[0].Value, result.AddError),
    };
    private readonly Option<string?> _stateIn = CommonOptions.Text("--state-in", "FILE",
        "The state to start from: state_in [L, 1, O], of an LSTM cell_in, of a QRNN prev_x_in.N; or …_out, …_out_f32, …_out_f64");
    private readonly Option<string?> _output = CommonOptions.Text(
        "--output", "FILE", "Write the outputs: safetensors, output [T, 1, O] F32, or CSV by extension");
    private readonly Option<string?> _expect = CommonOptions.Text("--expect", "FILE",
        "Compare with these outputs, [T, O] or [T, 1, O], such as PyTorch's: safetensors, .npy or CSV; exit code 1 beyond the tolerance");
    private readonly Option<string?> _expectTensor = CommonOptions.Text(
        "--expect-tensor", "NAME", "The tensor of --expect; default: 'output', or the only one in the file");
    private readonly Option<double?> _tolerance = CommonOptions.Range("--tolerance", "X",
        FormattableString.Invariant($"The largest error that --expect allows, absolute; default: {DefaultTolerance}"), 0, double.MaxValue);
    private readonly Option<string?> _stateOut = CommonOptions.Text(
        "--state-out", "FILE", "Write the final state: safetensors, state_out [L, 1, O] F32, cell_out, prev_x_out.N");
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Terminal _terminal;

    private RunCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var run = new RunCommand(terminal);
        var command = new Command("run", "Runs a model package in this process, through the server's own blocks and weight passes.")
        {
            run._model, run._input, run._blockSteps, run._stateIn, run._output, run._stateOut, run._expect, run._expectTensor,
            run._tolerance, run._json,
        };
        run._inputOptions.AddTo(command);
        return command.Runs(terminal, run.RunAsync).WithExamples(
            "edgernn run --model ./my-model --input io.safetensors --output out.safetensors",
            "edgernn run --model ./my-model --input io.safetensors --expect io.safetensors --tolerance 1e-5",
            "edgernn run --model ./my-model --input sensor.csv --block-steps 1,3,8 --json",
            "edgernn run --model ./my-model --input clips.safetensors --tensor 3_george_0.logmel --state-out state.safetensors");
    }

    private async Task RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_expect) is null && (parsed.GetValue(_tolerance) is not null || parsed.GetValue(_expectTensor) is not null))
            throw new CliException("--tolerance, --expect-tensor: expected --expect beside them, found none", ExitCodes.WrongUse);
        using var run = new PackageRun(parsed.GetRequiredValue(_model), parsed.GetRequiredValue(_blockSteps), _terminal);
        // Unlike a stream's, an input of unknown extension is safetensors, which models are usually checked with.
        using FrameInput input = _inputOptions.Open(parsed, parsed.GetRequiredValue(_input), FrameFile.Safetensors, _terminal);
        input.RejectsNonFinite = run.Model.RejectsNonFinite;
        if (parsed.GetValue(_stateIn) is { } stateIn)
            StateFile.Read(stateIn, run.State, _terminal);

        using ReferenceOutputs? reference = OpenReference(parsed, run.Model);
        RunReport report;
        using (ResultOutput? output = OpenOutput(parsed, run.Model, input))
        {
            ResultOutput?[] outputs = [output, reference];
            report = await run.RunAsync(input.ReadAsync(run.Model.InputSize, cancellation), [.. outputs.OfType<ResultOutput>()]);
        }

        if (parsed.GetValue(_stateOut) is { } stateOut)
            StateFile.Write(stateOut, run.State);
        report = report with { BadLines = input.BadLines, Error = reference?.Report() };
        if (!JsonReport.Write(report, parsed, _json, _terminal))
            report.Print(_terminal.Output);
        if (report.Error is { } error)
            CheckTolerance(error, parsed.GetValue(_tolerance) ?? DefaultTolerance);
    }

    private ResultOutput? OpenOutput(ParseResult parsed, RecurrentModel model, FrameInput input) => parsed.GetValue(_output) is { } path
        ? ResultOutput.Create(path, OutputRows.Of(model), input.Times, FrameFile.Safetensors, _terminal)
        : null;

    private ReferenceOutputs? OpenReference(ParseResult parsed, RecurrentModel model)
    {
        if (parsed.GetValue(_expect) is not { } path)
            return null;
        FrameInput file = FrameFiles.Of(path) switch
        {
            FrameFile.Csv => CsvFrameInput.Open(path, terminal: _terminal),
            FrameFile.Npy => NpyFrameInput.Open(path, _terminal),
            _ => TensorFrameInput.Open(path, parsed.GetValue(_expectTensor), "output", _terminal),
        };
        return new ReferenceOutputs(path, file, model);
    }

    private static void CheckTolerance(OutputError error, double tolerance)
    {
        if (error.MaxError <= tolerance)
            return;
        throw new CliException(FormattableString.Invariant(
            $"--expect: expected a largest error of at most {tolerance:g3}, found {error.MaxError:g3} at frame {error.WorstFrame}"));
    }

    private static int[]? ParseSteps(string text, Action<string> addError)
    {
        var steps = new List<int>();
        foreach (string item in text.Split(','))
        {
            if (int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= MaxSteps)
            {
                steps.Add(value);
                continue;
            }

            addError($"--block-steps: expected whole numbers from 1 to {MaxSteps}, separated by commas, found '{text}'");
            return null;
        }

        return [.. steps];
    }
}
