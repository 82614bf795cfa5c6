using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>Writes a model package from what a PyTorch training script saves: state dict and constructor arguments.</summary>
internal static class ModelImporter
{
    private const string WeightsFile = "weights.safetensors";
    private const string HeadFile = "head.safetensors";
    private const string HeadWeight = "head.weight";
    private const string HeadBias = "head.bias";
    private const string InputMean = "input_mean";
    private const string InputDeviation = "input_std";

    /// <summary>Loads the model once to verify that it works, then writes its package, which appears complete or not at all.</summary>
    /// <param name="configPath">A JSON file; docs/models.md is its reference.</param>
    /// <param name="weightsPath">The module's state dict as safetensors, with upstream's names.</param>
    /// <param name="headPath">
    /// Safetensors with head.weight [outputs, hidden size], optional head.bias [outputs], and optional input_mean and input_std
    /// [input size]. If null, the outputs are those of the last layer.
    /// </param>
    /// <param name="headActivation">Applied to the head's sums; null for none.</param>
    /// <param name="outputDirectory">The package's folder: absent or empty.</param>
    /// <param name="logger">Gets warnings such as rounded weights; may be null.</param>
    /// <returns>The manifest that was written.</returns>
    /// <exception cref="ModelException">An input cannot be used, or the folder is taken; nothing is left behind.</exception>
    public static ModelManifest Import(
        string configPath, string weightsPath, string? headPath, HeadActivation? headActivation, string outputDirectory,
        ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(configPath);
        ArgumentException.ThrowIfNullOrEmpty(weightsPath);
        ArgumentException.ThrowIfNullOrEmpty(outputDirectory);
        if (headPath is null && headActivation is not null)
            throw new ModelException("head activation: expected a head to apply it to, found none");

        ModelManifest? manifest = null;
        PackageFolder.Create(outputDirectory, directory =>
        {
            var config = UpstreamConfig.Load(configPath, WeightsFile);
            manifest = Describe(config, configPath, headPath, headActivation, Path.GetFileName(directory));
            var tensorFiles = new Dictionary<string, string> { [WeightsFile] = weightsPath };
            if (headPath is not null)
                tensorFiles.Add(HeadFile, headPath);
            byte[] json = manifest.ToJson();
            // Loaded from the user's files, so that errors name these.
            ModelLoader.Load(new PlannedPackage(json, tensorFiles), KernelSet.Select(null), logger).Dispose();
            return folder =>
            {
                foreach ((string fileName, string source) in tensorFiles)
                    File.Copy(source, Path.Combine(folder, fileName));
                File.WriteAllBytes(Path.Combine(folder, ModelManifest.FileName), json);
            };
        });
        return manifest!;
    }

    private static ModelManifest Describe(
        UpstreamConfig config, string configPath, string? headPath, HeadActivation? headActivation, string folderName)
    {
        string name = config.Name ?? folderName;
        if (!PackageNames.IsValid(name))
            throw new ModelException($"{configPath}: name: expected {PackageNames.Rule}, found the folder's name \"{name}\"");
        NormalizationManifest? normalization = null;
        HeadManifest? head = null;
        long outputs = config.Layers.HiddenSize;
        if (headPath is not null)
        {
            using var tensors = SafetensorsFile.Open(headPath);
            if (tensors.Contains(InputMean) || tensors.Contains(InputDeviation))
                normalization = new NormalizationManifest(HeadFile, InputMean, InputDeviation);
            string? bias = tensors.Contains(HeadBias) ? HeadBias : null;
            head = new HeadManifest(HeadFile, HeadWeight, bias, headActivation ?? HeadActivation.None);
            outputs = new TensorReader(tensors, "", logger: null).Rows(HeadWeight);
        }

        CheckClasses(config.Classes.Count, outputs, configPath, headPath);
        var input = new InputManifest(config.InputSize, config.FrameRate, NonFinitePolicy.Reject, normalization);
        return new ModelManifest(name, "1", input, config.Layers, head, config.Classes, "");
    }

    /// <summary>Checked here, because the loader would blame a manifest that the user has not seen.</summary>
    private static void CheckClasses(int classes, long outputs, string configPath, string? headPath)
    {
        if (classes == 0 || classes == outputs)
            return;
        throw new ModelException($"{configPath}: classes: " + (headPath is null
            ? $"expected a head with an output for each, or {outputs} classes, one per unit of the last layer, or none, "
                + $"found {classes} classes and no head"
            : $"expected {outputs}, one per row of {HeadWeight} in {headPath}, or none, found {classes}"));
    }
}
