using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>A matrix in a tensor file.</summary>
/// <param name="Name">The tensor's name in the file.</param>
/// <param name="Rows">The first dimension.</param>
/// <param name="Columns">The second dimension.</param>
/// <param name="UnitsAreColumns">Whether the weights of a unit are a column, not a row.</param>
internal sealed record MatrixTensor(string Name, long Rows, long Columns, bool UnitsAreColumns)
{
    /// <summary>The tensor with the scales of an I8 matrix.</summary>
    public string ScaleName => $"{Name}.scale";

    /// <summary>One scale per unit, in the shape that broadcasts over the matrix.</summary>
    public long[] ScaleShape => UnitsAreColumns ? [1, Columns] : [Rows, 1];

    public long Values => Rows * Columns;

    public int Units => (int)(UnitsAreColumns ? Columns : Rows);

    /// <summary>The unit that an element belongs to.</summary>
    public int UnitOf(int element) => (int)(UnitsAreColumns ? element % Columns : element / Columns);

    /// <summary>Bytes of the matrix in a precision, with its scales.</summary>
    public long Bytes(WeightPrecision precision) => precision switch
    {
        WeightPrecision.Bf16 => Values * sizeof(ushort),
        WeightPrecision.Int8 => Values + (long)Units * sizeof(float),
        _ => Values * sizeof(float),
    };
}
