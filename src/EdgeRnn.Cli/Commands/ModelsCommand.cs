using System.CommandLine;
using EdgeRnn.Cli.Output;
using EdgeRnn.Client;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn models</c>: lists a server's models.</summary>
internal static class ModelsCommand
{
    private const double DefaultTimeout = 30;

    public static Command Create(Terminal terminal)
    {
        Option<Uri> address = CommonOptions.Address();
        Option<double?> timeout = CommonOptions.Timeout();
        Option<string?> json = CommonOptions.Json();
        return new Command("models", "Lists the models of a server.") { address, timeout, json }
            .Runs(terminal, async (parsed, cancellation) =>
            {
                Uri server = parsed.GetRequiredValue(address);
                using var client = new EdgeRnnClient(server)
                {
                    CallTimeout = TimeSpan.FromSeconds(parsed.GetValue(timeout) ?? DefaultTimeout),
                };
                IReadOnlyList<ModelDescription> models = await ServerFailure.Translate(server, () => client.ListModelsAsync(cancellation));
                if (!JsonReport.Write(models, parsed, json, terminal))
                    Print(models, terminal.Output);
            })
            .WithExamples("edgernn models", "edgernn models --address http://192.0.2.7:8001 --json");
    }

    private static void Print(IReadOnlyList<ModelDescription> models, TextWriter output)
    {
        List<string[]> rows = [["NAME", "VERSION", "FAMILY", "PRECISION", "LAYERS", "PARAMETERS", "INPUTS", "RATE", "OUTPUTS"]];
        rows.AddRange(models.Select(model => (string[])
        [
            model.Name, model.Version, model.Family, model.Precision, $"{model.Layers}", $"{model.Parameters}", $"{model.FrameSize}",
            model.FrameRateHz > 0 ? FormattableString.Invariant($"{model.FrameRateHz} Hz") : "-",
            model.Labels.Count > 0 ? string.Join(", ", model.Labels) : $"{model.OutputSize}",
        ]));
        TextTable.Write(output, rows);
    }
}
