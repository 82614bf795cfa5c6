using System.Buffers.Binary;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Weights;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Tensors;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>
/// Writes a package of low precision from one of float32. The manifest names the precision, and the matrices are stored in it, so the files
/// shrink as well. The new package computes the same bits as the original one with that precision in its manifest.
/// </summary>
internal static class ModelQuantizer
{
    /// <summary>Writes the package; it appears complete or not at all.</summary>
    /// <param name="directory">The original package, of precision fp32.</param>
    /// <param name="precision">The new precision.</param>
    /// <param name="outputDirectory">The new package's folder: absent or empty.</param>
    /// <param name="logger">Gets warnings such as rounded weights; may be null.</param>
    /// <param name="replace">Whether a package in the folder is replaced.</param>
    /// <exception cref="ModelException">
    /// The package cannot be used or has low precision already, or the folder is taken.
    /// </exception>
    public static void Quantize(string directory, WeightPrecision precision, string outputDirectory, ILogger? logger = null, bool replace = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentException.ThrowIfNullOrEmpty(outputDirectory);
        var package = new FolderPackage(directory);
        PackageFolder.Create(outputDirectory, replace, _ =>
        {
            // Loading the model first refuses a package that does not work.
            ModelLoader.Load(package, KernelSet.Select("scalar"), logger).Dispose();
            using ByteSource source = package.Open(ModelManifest.FileName);
            var manifest = ModelManifest.Parse(source.Name, source.ReadAll(ManifestLimits.FileBytes));
            ModelManifest quantized = WithPrecision(manifest, precision, source.Name);
            return folder =>
            {
                string layersFile = manifest.Layers.Basics.File;
                string?[] files = [manifest.Head?.File, manifest.Input.Normalization?.File];
                foreach (string file in files.OfType<string>().Where(file => file != layersFile).Distinct())
                    File.Copy(Path.Combine(directory, file), Path.Combine(folder, file));
                Quantize(manifest, package, precision, logger).Save(Path.Combine(folder, layersFile));
                File.WriteAllBytes(Path.Combine(folder, ModelManifest.FileName), quantized.ToJson());
            };
        });
    }

    private static ModelManifest WithPrecision(ModelManifest manifest, WeightPrecision precision, string file)
    {
        (LayersManifest layers, Words<WeightPrecision> words) = (manifest.Layers, LayersManifest.Precisions);
        if (layers.Basics.Precision != WeightPrecision.Fp32)
            throw new ModelException($"{file}: layers.precision: expected fp32, found {words.WordOf(layers.Basics.Precision)}");
        return manifest with { Layers = layers with { Basics = layers.Basics with { Precision = precision } } };
    }

    /// <summary>The layers' tensor file with its matrices quantized and all other tensors unchanged.</summary>
    private static SafetensorsWriter Quantize(ModelManifest manifest, ModelPackage package, WeightPrecision precision, ILogger? logger)
    {
        LayerBasics basics = manifest.Layers.Basics;
        using var file = SafetensorsFile.Open(package.Open(basics.File));
        var reader = new TensorReader(file, basics.Prefix, logger);
        _ = manifest.Layers.Build(manifest.Input.Size, reader);
        var matrices = reader.Matrices.ToDictionary(matrix => matrix.Name);
        var scales = reader.Matrices.Select(matrix => matrix.ScaleName).ToHashSet();

        var writer = new SafetensorsWriter();
        foreach (TensorInfo tensor in file.Tensors.Where(tensor => !scales.Contains(tensor.Name)))
        {
            if (!matrices.TryGetValue(tensor.Name, out MatrixTensor? matrix))
            {
                writer.Add(tensor.Name, tensor.Type, [.. tensor.Shape], file.ReadBytes(tensor));
            }
            else
            {
                Add(writer, matrix, precision, new TensorReader(file, "", logger).ReadMatrix(
                    matrix.Name, matrix.Rows, matrix.Columns, matrix.UnitsAreColumns));
            }
        }

        return writer;
    }

    private static void Add(SafetensorsWriter writer, MatrixTensor matrix, WeightPrecision precision, float[] values)
    {
        if (precision == WeightPrecision.Bf16)
        {
            byte[] halves = new byte[values.Length * sizeof(ushort)];
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(halves.AsSpan(i * sizeof(ushort)), BFloat16.FromSingle(values[i]));
            writer.Add(matrix.Name, ElementTypes.BFloat16, [matrix.Rows, matrix.Columns], halves);
            return;
        }

        byte[] integers = new byte[values.Length];
        float[] scales = new float[matrix.Units];
        int inputs = values.Length / matrix.Units;
        (int unitStep, int inputStep) = matrix.UnitsAreColumns ? (1, matrix.Units) : (inputs, 1);
        float[] row = new float[inputs];
        sbyte[] rounded = new sbyte[inputs];
        for (int unit = 0; unit < matrix.Units; unit++)
        {
            for (int input = 0; input < inputs; input++)
                row[input] = values[unit * unitStep + input * inputStep];
            scales[unit] = Int8Row.Quantize(row, rounded);
            for (int input = 0; input < inputs; input++)
                integers[unit * unitStep + input * inputStep] = (byte)rounded[input];
        }

        writer.Add(matrix.Name, ElementTypes.Int8, [matrix.Rows, matrix.Columns], integers);
        writer.Add(matrix.ScaleName, matrix.ScaleShape, scales);
    }
}
