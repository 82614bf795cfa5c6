using EdgeRnn.Kernels.Weights;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>
/// Reads the weights of a model, checks that they have the expected shape and are finite, and counts what it has read.
/// </summary>
internal sealed class TensorReader(SafetensorsFile file, string prefix, ILogger? logger)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly List<MatrixTensor> _matrices = [];

    /// <summary>Elements read so far, without the scales of I8 matrices.</summary>
    public long Values { get; private set; }

    /// <summary>The matrices read so far. The precision applies to these.</summary>
    public IReadOnlyList<MatrixTensor> Matrices => _matrices;

    /// <summary>Bytes in memory of what was read so far: matrices in the given precision, all else as float32.</summary>
    public long Bytes(WeightPrecision precision) =>
        Values * sizeof(float) + _matrices.Sum(matrix => matrix.Bytes(precision) - matrix.Values * sizeof(float));

    /// <exception cref="ModelException">The tensor is missing, cannot be read, has another shape, or holds NaN or an infinity.</exception>
    public float[] Read(string name, params ReadOnlySpan<long> shape)
    {
        name = prefix + name;
        CheckShape(name, shape);
        return Take(name, file.ReadSingles(name, logger));
    }

    /// <summary>
    /// Reads a matrix of gates or of a projection. If it is stored as I8, a second tensor, NAME.scale, has the scale of each row,
    /// [rows, 1], or of each column if units are columns, [1, columns].
    /// </summary>
    /// <param name="name">The tensor's name, without the prefix.</param>
    /// <param name="rows">The first dimension.</param>
    /// <param name="columns">The second dimension.</param>
    /// <param name="unitsAreColumns">Whether the weights of a unit are a column, not a row.</param>
    /// <exception cref="ModelException">As for <see cref="Read"/>.</exception>
    public float[] ReadMatrix(string name, long rows, long columns, bool unitsAreColumns = false)
    {
        var matrix = new MatrixTensor(prefix + name, rows, columns, unitsAreColumns);
        _matrices.Add(matrix);
        if (!file.Contains(matrix.Name) || file[matrix.Name].Type != ElementTypes.Int8)
            return Read(name, rows, columns);
        CheckShape(matrix.Name, [rows, columns]);
        CheckShape(matrix.ScaleName, matrix.ScaleShape);
        float[] scales = file.ReadSingles(matrix.ScaleName, logger);
        _read.Add(matrix.ScaleName);
        sbyte[] integers = file.ReadIntegers(matrix.Name);
        float[] values = new float[integers.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = integers[i] * scales[matrix.UnitOf(i)];
        return Take(matrix.Name, values);
    }

    /// <summary>Reads the matrix NAME.weight [rows, inputs] and, if there is a bias, NAME.bias [rows]; otherwise biases are empty.</summary>
    public (float[] Weights, float[] Biases) ReadLinear(string name, int rows, int inputs, bool bias) =>
        (ReadMatrix($"{name}.weight", rows, inputs), bias ? Read($"{name}.bias", rows) : []);

    /// <summary>The first dimension of a tensor.</summary>
    public long Rows(string name) => file[prefix + name].Shape is [var rows, ..]
        ? rows
        : throw new ModelException($"{file.Name}: {prefix}{name}: expected a matrix, found {file[prefix + name].ShapeText}");

    /// <summary>Refuses tensors of a module that were not read: upstream would compute something else with them.</summary>
    /// <exception cref="ModelException">There is such a tensor.</exception>
    public void RefuseOthers(string module)
    {
        IEnumerable<TensorInfo> others = file.Tensors.Where(tensor => tensor.Name.StartsWith(prefix + module, StringComparison.Ordinal));
        if (others.FirstOrDefault(tensor => !_read.Contains(tensor.Name)) is { } other)
        {
            throw new ModelException(
                $"{file.Name}: {other.Name}: expected no such tensor by the manifest's options, found {other.Type} {other.ShapeText}{Hint(other.Name)}");
        }
    }

    /// <summary>Refuses a module that cannot run here before the shapes of its other tensors confuse.</summary>
    /// <exception cref="ModelException">There is a tensor of such a module.</exception>
    public void RefuseUnsupported()
    {
        foreach (TensorInfo tensor in file.Tensors)
        {
            if (tensor.Name.StartsWith(prefix, StringComparison.Ordinal) && Hint(tensor.Name) is { Length: > 0 } hint)
                throw new ModelException($"{file.Name}: {tensor.Name}: expected a module that can stream here, found {tensor.Type} {tensor.ShapeText}{hint}");
        }
    }

    /// <summary>What a tensor proves about its module; empty if nothing.</summary>
    private static string Hint(string name) => name switch
    {
        _ when name.EndsWith("_reverse", StringComparison.Ordinal)
            => ": the module is bidirectional, which cannot stream: its backward half begins at the last frame",
        _ when name.Contains("weight_hr_l", StringComparison.Ordinal) => ": the module has proj_size, which is not supported",
        _ when name.Contains("parametrizations.", StringComparison.Ordinal)
            => ": the module has parametrizations such as weight_norm: remove them before saving (torch.nn.utils.parametrize.remove_parametrizations)",
        _ when name.EndsWith("weight_g", StringComparison.Ordinal) || name.EndsWith("weight_v", StringComparison.Ordinal)
            || (name.Contains("weight_", StringComparison.Ordinal) && (name.EndsWith("_g", StringComparison.Ordinal) || name.EndsWith("_v", StringComparison.Ordinal)))
            => ": the module has weight_norm: remove it before saving (torch.nn.utils.remove_weight_norm)",
        _ when name.EndsWith("to_out.weight", StringComparison.Ordinal) => ": the module has an output projection (expansion_factor), which is not supported",
        _ => "",
    };

    /// <summary>The error of a tensor that contradicts the manifest.</summary>
    public ModelException Error(string name, string expected, string found) =>
        new($"{file.Name}: {prefix}{name}: expected {expected}, found {found}");

    private void CheckShape(string name, ReadOnlySpan<long> shape)
    {
        TensorInfo tensor = file[name];
        if (!shape.SequenceEqual(tensor.Shape.ToArray()))
        {
            throw new ModelException(
                $"{file.Name}: {name}: expected shape [{string.Join(", ", shape.ToArray())}], found {tensor.ShapeText}");
        }
    }

    private float[] Take(string name, float[] values)
    {
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new ModelException($"{file.Name}: {name}: expected finite values, found {values[bad]} at element {bad}");
        _read.Add(name);
        Values += values.Length;
        return values;
    }
}
