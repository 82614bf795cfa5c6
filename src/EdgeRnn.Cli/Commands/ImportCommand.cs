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
        Option<string> weights = CommonOptions.RequiredText("--weights", "FILE", "The state dict as safetensors or .pt; of the module, or of a model with it");
        Option<string?> head = CommonOptions.Text(
            "--head", "FILE", "The state dict of the output layer [C, H]; optional input_mean [I], input_std [I]");
        Option<string?> activation = CommonOptions.Text("--head-activation", "NAME", "The activation after the head; default: none")
            .AcceptOnlyFromAmong([.. Enum.GetNames<HeadActivation>().Select(name => name.ToLowerInvariant())]);
        Option<string> output = CommonOptions.RequiredText("--output", "DIR", "The package's folder; must be absent or empty");
        Option<string?> prefix = CommonOptions.Text("--prefix", "NAME", "Begins the module's tensor names, if there are several modules: encoder.");
        Option<string?> headPrefix = CommonOptions.Text("--head-prefix", "NAME", "Begins the head's tensor names, if several layers fit: fc.");
        Option<bool> allowUnused = new("--allow-unused") { Description = "Leave out tensors that the model does not use" };
        Option<bool> force = CommonOptions.Force();
        return new Command("import", "Makes a model package from a PyTorch state dict and its constructor arguments.")
        {
            config, weights, head, activation, output, prefix, headPrefix, allowUnused, force,
        }
            .Runs(terminal, (parsed, _) =>
            {
                string directory = parsed.GetRequiredValue(output);
                ModelManifest manifest = ModelImporter.Import(
                    parsed.GetRequiredValue(config), parsed.GetRequiredValue(weights), parsed.GetValue(head),
                    parsed.GetValue(activation) is { } name ? Enum.Parse<HeadActivation>(name, ignoreCase: true) : null,
                    directory,
                    new ImportOptions(
                        parsed.GetValue(prefix), parsed.GetValue(headPrefix), parsed.GetValue(allowUnused), parsed.GetValue(force)),
                    new WarningLogger<ModelManifest>(terminal, notes: terminal.Output));
                string layers = $"{manifest.Layers.Family}, {manifest.Layers.Count} layers, {manifest.Input.Size} inputs";
                terminal.Output.WriteLine($"{directory}: model {manifest.Name} ({layers})");
                return Task.CompletedTask;
            })
            .WithExamples(
                "edgernn import --config config.json --weights weights.safetensors --output ./models/my-model",
                "edgernn import --config config.json --weights weights.safetensors --head head.safetensors --head-activation softmax "
                + "--output ./models/my-model",
                "edgernn import --config config.json --weights model.pt --head model.pt --output ./models/my-model --force");
    }
}
