using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>Writes a model package from what a PyTorch training script saves: state dict and constructor arguments.</summary>
internal static class ModelImporter
{
    public const string WeightsFile = "weights.safetensors";
    public const string HeadFile = "head.safetensors";
    private const string InputMean = "input_mean";
    private const string InputDeviation = "input_std";

    /// <summary>
    /// Loads the model once to verify that it works, then writes its package, which appears complete or not at all and holds just the
    /// tensors that the model uses.
    /// </summary>
    /// <param name="configPath">A JSON file; docs/models.md is its reference.</param>
    /// <param name="weightsPath">
    /// The state dict of the module, or of a model that contains it, as safetensors or as torch.save writes it, with upstream's names.
    /// </param>
    /// <param name="headPath">
    /// The state dict with the output layer: NAME.weight [outputs, hidden size], optional NAME.bias [outputs], and optional input_mean and
    /// input_std [input size]. May be the same file. If null, the outputs are those of the last layer.
    /// </param>
    /// <param name="headActivation">Applied to the head's sums; null for none.</param>
    /// <param name="outputDirectory">The package's folder: absent or empty.</param>
    /// <param name="options">Prefixes and permissions; null: none.</param>
    /// <param name="logger">Gets warnings such as rounded weights; may be null.</param>
    /// <returns>The manifest that was written.</returns>
    /// <exception cref="ModelException">
    /// An input cannot be used, holds tensors that the model does not use, or the folder is taken; nothing is left behind.
    /// </exception>
    public static ModelManifest Import(
        string configPath, string weightsPath, string? headPath, HeadActivation? headActivation, string outputDirectory,
        ImportOptions? options = null, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(configPath);
        ArgumentException.ThrowIfNullOrEmpty(weightsPath);
        ArgumentException.ThrowIfNullOrEmpty(outputDirectory);
        options ??= new ImportOptions();
        if (headPath is null && headActivation is not null)
            throw new ModelException("head activation: expected a head to apply it to, found none");

        ModelManifest? manifest = null;
        PackageFolder.Create(outputDirectory, options.Replace, directory =>
        {
            var config = UpstreamConfig.Load(configPath, WeightsFile);
            if (config.Others.Count > 0 && logger is not null)
                ModelLog.Ignored(logger, configPath, string.Join(", ", config.Others.Select(key => ForeignText.Show(key))));
            var files = new ImportFiles(config, weightsPath, headPath, options);
            manifest = Describe(config, files, configPath, headPath, headActivation, Path.GetFileName(directory));
            byte[] json = manifest.ToJson();
            var written = new Dictionary<string, SafetensorsWriter>();
            // Loaded from the user's files, so that errors name these.
            ModelLoader.Load(new PlannedPackage(json, files.Sources), KernelSet.Select(null), logger, opened =>
            {
                RefuseUnused([.. opened.Values], files, options, logger);
                foreach ((string fileName, SafetensorsFile file) in opened)
                    written.Add(fileName, StateDictFile.Write(file, file.Tensors.Except(file.Unread), name => name));
            }).Dispose();
            return folder =>
            {
                foreach ((string fileName, SafetensorsWriter writer) in written)
                    writer.Save(Path.Combine(folder, fileName));
                File.WriteAllBytes(Path.Combine(folder, ModelManifest.FileName), json);
            };
        });
        return manifest!;
    }

    private static ModelManifest Describe(
        UpstreamConfig config, ImportFiles files, string configPath, string? headPath, HeadActivation? headActivation, string folderName)
    {
        string name = config.Name ?? folderName;
        if (!PackageNames.IsValid(name))
            throw new ModelException($"{configPath}: name: expected {PackageNames.Rule}, found the folder's name \"{ForeignText.Show(name)}\"");
        NormalizationManifest? normalization = null;
        HeadManifest? head = null;
        long outputs = config.Layers.HiddenSize;
        if (headPath is not null)
        {
            using var tensors = SafetensorsFile.Open(files.OpenHead(headPath));
            if (tensors.Contains(InputMean) || tensors.Contains(InputDeviation))
                normalization = new NormalizationManifest(HeadFile, InputMean, InputDeviation);
            HeadLocation location = files.FindHead(tensors);
            head = new HeadManifest(HeadFile, location.Weight, location.Bias, headActivation ?? HeadActivation.None);
            outputs = new TensorReader(tensors, "", logger: null).Rows(head.Weight);
        }

        CheckClasses(config.Classes.Count, outputs, configPath, headPath, head?.Weight);
        var input = new InputManifest(config.InputSize, config.FrameRate, NonFinitePolicy.Reject, normalization);
        LayersManifest layers = config.Layers with { Basics = config.Layers.Basics with { Prefix = files.Prefix } };
        return new ModelManifest(name, config.Version, input, layers, head, config.Classes, "");
    }

    /// <summary>A tensor that nobody reads is the sign of a layer that the package would lack.</summary>
    private static void RefuseUnused(IReadOnlyList<SafetensorsFile> opened, ImportFiles files, ImportOptions options, ILogger? logger)
    {
        // A file that is given as weights and as head is opened twice; a tensor is used if either reads it.
        foreach (IGrouping<string, SafetensorsFile> file in opened.GroupBy(file => file.Name))
        {
            List<TensorInfo> unused = [.. file.Select(same => same.Unread).Aggregate((some, others) => some.IntersectBy(others.Select(tensor => tensor.Name), tensor => tensor.Name))];
            if (unused.Count == 0)
                continue;
            if (!options.AllowUnused)
            {
                throw new ModelException(
                    $"{file.Key}: expected only tensors that the model uses, found also {TensorNames.Listing(unused)}: the model would compute "
                    + $"something else without them{files.HeadHint(unused)}; --allow-unused leaves them out");
            }

            if (logger is not null)
                ModelLog.Unused(logger, file.Key, TensorNames.Listing(unused));
        }
    }

    /// <summary>Checked here, because the loader would blame a manifest that the user has not seen.</summary>
    private static void CheckClasses(int classes, long outputs, string configPath, string? headPath, string? headWeight)
    {
        if (classes == 0 || classes == outputs)
            return;
        throw new ModelException($"{configPath}: classes: " + (headPath is null
            ? $"expected a head with an output for each, or {outputs} classes, one per unit of the last layer, or none, "
                + $"found {classes} classes and no head"
            : $"expected {outputs}, one per row of {headWeight} in {headPath}, or none, found {classes}"));
    }
}
