using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>A matrix of a tensor file.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Rows">Its first dimension.</param>
/// <param name="Columns">Its second one.</param>
/// <param name="UnitsAreColumns">Whether what a unit multiplies its inputs with is a column, not a row.</param>
internal sealed record MatrixTensor(string Name, long Rows, long Columns, bool UnitsAreColumns)
{
    /// <summary>Where the scales of a matrix of integers are.</summary>
    public string ScaleName => $"{Name}.scale";

    /// <summary>One scale per unit, so that it multiplies the matrix as array libraries broadcast it.</summary>
    public long[] ScaleShape => UnitsAreColumns ? [1, Columns] : [Rows, 1];

    public long Values => Rows * Columns;

    public int Units => (int)(UnitsAreColumns ? Columns : Rows);

    /// <summary>To which unit an element belongs.</summary>
    public int UnitOf(int element) => (int)(UnitsAreColumns ? element % Columns : element / Columns);

    /// <summary>Bytes of the values in a precision, scales included.</summary>
    public long Bytes(WeightPrecision precision) => precision switch
    {
        WeightPrecision.Bf16 => Values * sizeof(ushort),
        WeightPrecision.Int8 => Values + (long)Units * sizeof(float),
        _ => Values * sizeof(float),
    };
}
