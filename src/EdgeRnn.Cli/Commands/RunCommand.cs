using System.CommandLine;
using System.Globalization;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Output;
using EdgeRnn.Cli.Running;
using EdgeRnn.Runtime;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn run</c>: runs a package in this process, which is how to check a model.</summary>
internal sealed class RunCommand
{
    private const int MaxSteps = LocalRunOptions.MaxBlockSteps;

    private readonly Option<string> _model = CommonOptions.RequiredText("--model", "DIR", "The model package");
    private readonly Option<string> _input = CommonOptions.RequiredText("--input", "FILE",
        "Frames: a safetensors file, [T, I], [T, 1, I] or [T, n] with n a divisor of I; or CSV (.csv, or - for standard input)");
    private readonly Option<string?> _tensor = CommonOptions.Tensor();
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
        "--output", "FILE", "Write the outputs: safetensors, output [T, 1, O] F32");
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
            run._model, run._input, run._tensor, run._blockSteps, run._stateIn, run._output, run._stateOut, run._json,
        };
        return command.Runs(terminal, run.RunAsync).WithExamples(
            "edgernn run --model ./my-model --input io.safetensors --output out.safetensors",
            "edgernn run --model ./my-model --input sensor.csv --block-steps 1,3,8 --json",
            "edgernn run --model ./my-model --input clips.safetensors --tensor 3_george_0.logmel --state-out state.safetensors");
    }

    private async Task RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var run = new PackageRun(parsed.GetRequiredValue(_model), parsed.GetRequiredValue(_blockSteps), _terminal);
        using FrameInput input = OpenInput(parsed.GetRequiredValue(_input), parsed.GetValue(_tensor));
        input.RejectsNonFinite = run.Model.RejectsNonFinite;
        if (parsed.GetValue(_stateIn) is { } stateIn)
            StateFile.Read(stateIn, run.State, _terminal);

        RunReport report;
        string? path = parsed.GetValue(_output);
        using (TensorResultOutput? output = path is null ? null : new TensorResultOutput(path, run.Model.OutputSize))
            report = await run.RunAsync(input.ReadAsync(run.Model.InputSize, cancellation), output);

        if (parsed.GetValue(_stateOut) is { } stateOut)
            StateFile.Write(stateOut, run.State);
        if (JsonReport.Write(report, parsed, _json, _terminal))
            return;
        _terminal.Output.WriteLine($"{report.Model}: {report.Frames} frames in {report.Blocks} blocks "
            + FormattableString.Invariant($"and {report.WeightPasses} weight passes, {report.Seconds:0.000} s"));
    }

    /// <summary>Unlike a stream's, an input of unknown extension is safetensors, which models are usually checked with.</summary>
    private FrameInput OpenInput(string path, string? tensor)
    {
        bool isText = path == "-" || Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        return isText ? FrameInput.OpenByExtension(path, tensor, _terminal) : TensorFrameInput.Open(path, tensor, _terminal);
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
