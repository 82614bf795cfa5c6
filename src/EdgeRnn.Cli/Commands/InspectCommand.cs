using System.CommandLine;
using EdgeRnn.Cli.Output;
using EdgeRnn.Cli.Running;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn inspect</c>: shows what a package holds.</summary>
internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "The model package" };
        Option<string?> json = CommonOptions.Json();
        return new Command("inspect", "Shows what a model package holds.") { directory, json }
            .Runs(terminal, (parsed, _) =>
            {
                using RecurrentModel model = ModelLoader.Load(
                    parsed.GetRequiredValue(directory), KernelChoice.FromEnvironment(), new WarningLogger<RecurrentModel>(terminal));
                InspectReport report = Describe(model);
                if (!JsonReport.Write(report, parsed, json, terminal))
                    Print(report, terminal.Output);
                return Task.CompletedTask;
            })
            .WithExamples("edgernn inspect ./my-model", "edgernn inspect ./my-model --json");
    }

    private static InspectReport Describe(RecurrentModel model) => new(
        model.Name, model.Version, model.Fingerprint, model.Family, model.Precision, model.LayerCount,
        model.InputSize, model.Description.FrameRate, model.OutputSize, model.HeadActivation.ToString().ToLowerInvariant(), model.Labels,
        model.Parameters, model.WeightBytes, model.StateBytes);

    private static void Print(InspectReport report, TextWriter output) => TextTable.WritePairs(output,
    [
        ("name", report.Name),
        ("version", report.Version),
        ("fingerprint", report.Fingerprint),
        ("family", report.Family),
        ("precision", report.Precision),
        ("layers", $"{report.Layers}"),
        ("input", $"{report.InputSize} values per frame"),
        ("frame rate", report.FrameRateHz is { } rate ? FormattableString.Invariant($"{rate} frames/s") : "not stated"),
        ("output", $"{report.OutputSize} values, activation {report.OutputActivation}"),
        ("labels", report.Labels.Count == 0 ? "none" : string.Join(", ", report.Labels)),
        ("parameters", $"{report.Parameters}"),
        ("bytes of weights", $"{report.WeightBytes}"),
        ("state bytes per session", $"{report.StateBytes}"),
    ]);
}

/// <summary>The JSON report of <c>edgernn inspect</c>. Sizes are logical, without lane padding.</summary>
/// <param name="FrameRateHz">Frames per second that the model was trained for; null if its package does not say.</param>
/// <param name="WeightBytes">Bytes of the weights. A weight pass reads them once; LSTM and GRU read part of theirs once per frame.</param>
/// <param name="StateBytes">Bytes of recurrent state per session.</param>
internal sealed record InspectReport(
    string Name, string Version, string Fingerprint, string Family, string Precision, int Layers,
    int InputSize, double? FrameRateHz, int OutputSize, string OutputActivation, IReadOnlyList<string> Labels,
    long Parameters, long WeightBytes, int StateBytes);
