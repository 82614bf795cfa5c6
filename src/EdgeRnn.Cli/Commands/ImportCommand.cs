using System.CommandLine;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Import;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn import</c>: a package from what PyTorch training leaves.</summary>
internal static class ImportCommand
{
    public static Command Create(Terminal terminal)
    {
        var config = new Option<string>("--config")
        {
            Description = "JSON: upstream repository and tag, class, constructor arguments; optional name, classes, frame_rate",
            HelpName = "FILE",
            Required = true,
        };
        var weights = new Option<string>("--weights") { Description = "The module's state dict as safetensors", HelpName = "FILE", Required = true };
        var head = new Option<string?>("--head")
        {
            Description = "Safetensors with head.weight [C, H] and optional head.bias [C], input_mean [I], input_std [I]",
            HelpName = "FILE",
        };
        Option<string?> activation = new Option<string?>("--head-activation") { Description = "What is applied to the head's sums; default: none", HelpName = "NAME" }
            .AcceptOnlyFromAmong([.. Enum.GetNames<HeadActivation>().Select(name => name.ToLowerInvariant())]);
        var output = new Option<string>("--output") { Description = "The package's folder: absent or empty", HelpName = "DIR", Required = true };
        return new Command("import", "Makes a model package from a PyTorch state dict and its constructor arguments.") { config, weights, head, activation, output }
            .Runs(terminal, (parsed, _) =>
            {
                string directory = parsed.GetRequiredValue(output);
                ModelManifest manifest = ModelImporter.Import(
                    parsed.GetRequiredValue(config), parsed.GetRequiredValue(weights), parsed.GetValue(head),
                    parsed.GetValue(activation) is { } name ? Enum.Parse<HeadActivation>(name, ignoreCase: true) : null,
                    directory, new WarningLogger<ModelManifest>(terminal));
                terminal.Output.WriteLine($"{directory}: model {manifest.Name} ({manifest.Layers.Family}, {manifest.Layers.Count} layers, {manifest.Input.Size} inputs)");
                return Task.CompletedTask;
            })
            .WithExamples(
                "edgernn import --config config.json --weights weights.safetensors --output ./models/my-model",
                "edgernn import --config config.json --weights weights.safetensors --head head.safetensors --head-activation softmax --output ./models/my-model");
    }
}
