using System.CommandLine;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Packages.Import;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn import</c>: makes a package from a PyTorch state dict.</summary>
internal static class ImportCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> config = CommonOptions.RequiredText(
            "--config", "FILE", "JSON: upstream repository and tag, class, constructor arguments; optional name, classes, frame_rate");
        Option<string> weights = CommonOptions.RequiredText("--weights", "FILE", "The module's state dict as safetensors");
        Option<string?> head = CommonOptions.Text(
            "--head", "FILE", "Safetensors with head.weight [C, H] and optional head.bias [C], input_mean [I], input_std [I]");
        Option<string?> activation = CommonOptions.Text("--head-activation", "NAME", "The activation after the head; default: none")
            .AcceptOnlyFromAmong([.. Enum.GetNames<HeadActivation>().Select(name => name.ToLowerInvariant())]);
        Option<string> output = CommonOptions.RequiredText("--output", "DIR", "The package's folder; must be absent or empty");
        return new Command("import", "Makes a model package from a PyTorch state dict and its constructor arguments.")
        {
            config, weights, head, activation, output,
        }
            .Runs(terminal, (parsed, _) =>
            {
                string directory = parsed.GetRequiredValue(output);
                ModelManifest manifest = ModelImporter.Import(
                    parsed.GetRequiredValue(config), parsed.GetRequiredValue(weights), parsed.GetValue(head),
                    parsed.GetValue(activation) is { } name ? Enum.Parse<HeadActivation>(name, ignoreCase: true) : null,
                    directory, new WarningLogger<ModelManifest>(terminal));
                string layers = $"{manifest.Layers.Family}, {manifest.Layers.Count} layers, {manifest.Input.Size} inputs";
                terminal.Output.WriteLine($"{directory}: model {manifest.Name} ({layers})");
                return Task.CompletedTask;
            })
            .WithExamples(
                "edgernn import --config config.json --weights weights.safetensors --output ./models/my-model",
                "edgernn import --config config.json --weights weights.safetensors --head head.safetensors --head-activation softmax "
                + "--output ./models/my-model");
    }
}
