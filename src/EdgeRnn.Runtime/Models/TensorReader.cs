using EdgeRnn.Runtime.Models.Safetensors;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models;

/// <summary>
/// Reads the weights of a model: the shape must be the expected one and every value finite. Keeps count of what was read.
/// </summary>
internal sealed class TensorReader(SafetensorsFile file, string prefix, ILogger? logger)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Values read so far.</summary>
    public long Values { get; private set; }

    /// <exception cref="ModelException">The tensor is missing, cannot be read, has another shape, or holds NaN or an infinity.</exception>
    public float[] Read(string name, params ReadOnlySpan<long> shape)
    {
        name = prefix + name;
        var tensor = file[name];
        if (!shape.SequenceEqual(tensor.Shape.ToArray()))
            throw new ModelException(
                $"{file.Name}: {name}: expected shape [{string.Join(", ", shape.ToArray())}], found {tensor.ShapeText}");
        var values = file.ReadSingles(name, logger);
        var bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new ModelException($"{file.Name}: {name}: expected finite values, found {values[bad]} at element {bad}");
        _read.Add(name);
        Values += values.Length;
        return values;
    }

    /// <summary>Reads name.weight [rows, inputs] and, with a bias, name.bias [rows]; without one it is empty.</summary>
    public (float[] Weights, float[] Biases) ReadLinear(string name, int rows, int inputs, bool bias) =>
        (Read($"{name}.weight", rows, inputs), bias ? Read($"{name}.bias", rows) : []);

    /// <summary>Elements of the first dimension.</summary>
    public long Rows(string name) => file[prefix + name].Shape is [var rows, ..]
        ? rows
        : throw new ModelException($"{file.Name}: {prefix}{name}: expected a matrix, found {file[prefix + name].ShapeText}");

    /// <summary>Refuses tensors that belong to a module and that nothing has read: they would change what it computes.</summary>
    /// <exception cref="ModelException">There is such a tensor.</exception>
    public void RefuseOthers(string module)
    {
        var others = file.Tensors.Where(tensor => tensor.Name.StartsWith(prefix + module, StringComparison.Ordinal));
        if (others.FirstOrDefault(tensor => !_read.Contains(tensor.Name)) is { } other)
            throw new ModelException(
                $"{file.Name}: {other.Name}: expected no such tensor by the manifest's options, found {other.Type} {other.ShapeText}");
    }
}
