using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>Loads a package into memory as a model.</summary>
internal static class ModelLoader
{
    /// <summary>Loads the package in the folder <paramref name="directory"/>.</summary>
    /// <exception cref="ModelException">The package cannot be used; the message names file, key or tensor, expected and found.</exception>
    public static RecurrentModel Load(string directory, KernelSet kernels, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(kernels);
        return Load(new FolderPackage(directory), kernels, logger);
    }

    /// <summary>Loads the model that is part of this assembly.</summary>
    public static RecurrentModel LoadEmbedded(KernelSet kernels, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        return Load(new EmbeddedPackage(EmbeddedPackage.DefaultName), kernels, logger);
    }

    /// <param name="package">The files.</param>
    /// <param name="kernels">The kernels that the model uses.</param>
    /// <param name="logger">Gets warnings; may be null.</param>
    /// <param name="loaded">
    /// Gets the tensor files, by name in the package, once all weights are read. If null, tensors that the manifest does not use are logged.
    /// </param>
    /// <exception cref="ModelException">The package cannot be used.</exception>
    internal static RecurrentModel Load(
        ModelPackage package, KernelSet kernels, ILogger? logger, Action<IReadOnlyDictionary<string, SafetensorsFile>>? loaded = null)
    {
        using ByteSource source = package.Open(ModelManifest.FileName);
        byte[] json = source.ReadAll(ManifestLimits.FileBytes);
        var manifest = ModelManifest.Parse(source.Name, json);

        using var tensors = new PackageTensors(package);
        var weights = new TensorReader(tensors.Open(manifest.Layers.Basics.File), manifest.Layers.Basics.Prefix, logger);
        IReadOnlyList<LayerDefinition> layers = manifest.Layers.Build(manifest.Input.Size, weights);
        TensorReader? head = manifest.Head is null ? null : new TensorReader(tensors.Open(manifest.Head.File), "", logger);
        if (head is not null)
            layers = [.. layers, ReadHead(manifest, head)];
        int outputs = layers[^1].Cell.Units;
        if (manifest.Labels.Count != 0 && manifest.Labels.Count != outputs)
            throw new ModelException($"{source.Name}: output.labels: expected {outputs} labels or none, found {manifest.Labels.Count}");
        (float[] mean, float[] deviation) = ReadNormalization(manifest, tensors, logger);

        var description = new ModelDescription
        {
            Name = manifest.Name,
            Version = manifest.Version,
            Family = manifest.Layers.Family,
            LayerCount = manifest.Layers.Count,
            InputSize = manifest.Input.Size,
            FrameRate = manifest.Input.Rate,
            NonFinite = manifest.Input.NonFinite,
            HeadActivation = manifest.Head?.Activation,
            Labels = manifest.Labels,
            Precision = LayersManifest.Precisions.WordOf(manifest.Layers.Basics.Precision),
            Fingerprint = tensors.Fingerprint(json),
            Parameters = weights.Values + (head?.Values ?? 0),
            WeightBytes = weights.Bytes(manifest.Layers.Basics.Precision) + (head?.Bytes(WeightPrecision.Fp32) ?? 0),
        };
        (loaded ?? (files => LogUnused(files.Values, logger)))(tensors.Files);
        try
        {
            var model = new RecurrentModel(description, layers, mean, deviation, kernels);
            if (logger is not null)
                ModelLog.Loaded(logger, model.Name, ForeignText.Show(model.Version), model.Family, model.Parameters, model.Fingerprint);
            return model;
        }
        catch (OverflowException e)
        {
            throw new ModelException($"{source.Name}: expected layers of at most 2^31 padded weights, found more", e);
        }
    }

    private static void LogUnused(IEnumerable<SafetensorsFile> files, ILogger? logger)
    {
        foreach (SafetensorsFile file in files.Where(file => file.Unread.Any()))
        {
            if (logger is not null)
                ModelLog.Unused(logger, file.Name, TensorNames.Listing(file.Unread));
        }
    }

    private static LayerDefinition ReadHead(ModelManifest manifest, TensorReader tensors)
    {
        (HeadManifest head, int inputs) = (manifest.Head!, manifest.Layers.HiddenSize);
        long outputs = tensors.Rows(head.Weight);
        if (outputs is < 1 or > ManifestLimits.Width)
            throw new ModelException($"{head.File}: {head.Weight}: expected 1 to {ManifestLimits.Width} rows, found {outputs}");
        float[] weights = tensors.Read(head.Weight, outputs, inputs);
        float[] bias = head.Bias is null ? [] : tensors.Read(head.Bias, outputs);
        OutputActivation activation = head.Activation == HeadActivation.Sigmoid ? OutputActivation.Sigmoid : OutputActivation.None;
        return new LayerDefinition(new LinearCell(inputs, (int)outputs, weights, bias, activation));
    }

    private static (float[] Mean, float[] Deviation) ReadNormalization(ModelManifest manifest, PackageTensors tensors, ILogger? logger)
    {
        if (manifest.Input.Normalization is not { } normalization)
            return ([], []);
        SafetensorsFile file = tensors.Open(normalization.File);
        var reader = new TensorReader(file, "", logger);
        float[] mean = reader.Read(normalization.Mean, manifest.Input.Size);
        float[] deviation = reader.Read(normalization.Deviation, manifest.Input.Size);
        int bad = Array.FindIndex(deviation, value => value <= 0);
        if (bad >= 0)
        {
            throw new ModelException(
                $"{file.Name}: {normalization.Deviation}: expected values above 0, found {deviation[bad]} at element {bad}");
        }

        return (mean, deviation);
    }
}
