using System.CommandLine;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Output;
using EdgeRnn.Cli.Running;
using EdgeRnn.Kernels.Weights;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn quantize</c>: makes a package of low precision from one of float32, and measures what that costs.</summary>
internal sealed class QuantizeCommand
{
    private readonly Argument<string> _directory = new("DIR") { Description = "The model package; its precision must be fp32" };
    private readonly Option<string> _to = CommonOptions.RequiredText("--to", "NAME", "The precision of the layers' matrices")
        .AcceptOnlyFromAmong("bf16", "int8");
    private readonly Option<string> _output = CommonOptions.RequiredText(
        "--output", "DIR", "The new package's folder; must be absent or empty");
    private readonly Option<string?> _input = CommonOptions.Text(
        "--input", "FILE", "Frames on which to compare both packages: safetensors, .npy or CSV, as for run");
    private readonly InputOptions _inputOptions = new();
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Terminal _terminal;

    private QuantizeCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var quantize = new QuantizeCommand(terminal);
        var command = new Command("quantize", "Makes a smaller and faster model package with weights of 16 or 8 bits.")
        {
            quantize._directory, quantize._to, quantize._output, quantize._input, quantize._force, quantize._json,
        };
        quantize._inputOptions.AddTo(command);
        return command.Runs(terminal, quantize.RunAsync).WithExamples(
            "edgernn quantize ./my-model --to int8 --output ./my-model-int8",
            "edgernn quantize ./my-model --to bf16 --output ./my-model-bf16 --input frames.safetensors --json");
    }

    private async Task RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string directory = parsed.GetRequiredValue(_directory), output = parsed.GetRequiredValue(_output);
        WeightPrecision precision = parsed.GetRequiredValue(_to) == "bf16" ? WeightPrecision.Bf16 : WeightPrecision.Int8;
        // Opened first, so that a wrong file name leaves no package behind.
        using FrameInput? input = parsed.GetValue(_input) is { } path
            ? _inputOptions.Open(parsed, path, FrameFile.Csv, _terminal)
            : null;
        var logger = new WarningLogger<RecurrentModel>(_terminal);
        ModelQuantizer.Quantize(directory, precision, output, logger, parsed.GetValue(_force));

        using RecurrentModel original = ModelLoader.Load(directory, KernelChoice.FromEnvironment());
        using RecurrentModel quantized = ModelLoader.Load(output, KernelChoice.FromEnvironment(), logger);
        OutputError? error = input is null ? null : await CompareAsync(original, quantized, input, cancellation);
        var report = new QuantizeReport(
            quantized.Name, quantized.Precision, quantized.Fingerprint, FileBytes(directory), FileBytes(output),
            original.WeightBytes, quantized.WeightBytes, error);
        if (!JsonReport.Write(report, parsed, _json, _terminal))
            Print(report, _terminal.Output);
    }

    private static async Task<OutputError> CompareAsync(
        RecurrentModel original, RecurrentModel quantized, FrameInput input, CancellationToken cancellation)
    {
        using var comparison = new PrecisionComparison(original, quantized);
        input.RejectsNonFinite = original.RejectsNonFinite;
        await foreach (ReadOnlyMemory<float> frames in input.ReadAsync(original.InputSize, cancellation))
            comparison.Add(frames);
        return comparison.Report();
    }

    private static long FileBytes(string directory) => new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Length);

    private static void Print(QuantizeReport report, TextWriter output)
    {
        List<(string, string)> rows =
        [
            ("name", report.Name),
            ("precision", report.Precision),
            ("fingerprint", report.Fingerprint),
            ("bytes of files", $"{report.OriginalFileBytes} before, {report.FileBytes} now"),
            ("bytes of weights", $"{report.OriginalWeightBytes} before, {report.WeightBytes} now"),
        ];
        if (report.Error is { } error)
        {
            rows.Add(("compared frames", $"{error.Frames}"));
            rows.Add(("relative RMS error", FormattableString.Invariant($"{error.RelativeRms:0.0e+0}")));
            rows.Add(("largest error", FormattableString.Invariant($"{error.MaxError:0.0e+0}")));
            rows.Add(("changed decisions", error.ChangedDecisions is { } changed ? $"{changed} of {error.Frames}" : "none: no head"));
        }

        TextTable.WritePairs(output, [.. rows]);
    }
}

/// <summary>The JSON report of <c>edgernn quantize</c>. Weight bytes are logical, without lane padding.</summary>
/// <param name="OriginalFileBytes">Bytes of the original package's files.</param>
/// <param name="FileBytes">Bytes of the new package's files.</param>
/// <param name="OriginalWeightBytes">Bytes of the original package's weights.</param>
/// <param name="WeightBytes">Bytes of the new package's weights.</param>
/// <param name="Error">How the outputs differ; null without an input to compare on.</param>
internal sealed record QuantizeReport(
    string Name, string Precision, string Fingerprint, long OriginalFileBytes, long FileBytes, long OriginalWeightBytes, long WeightBytes,
    OutputError? Error);
