namespace EdgeRnn.Kernels;

/// <summary>
/// The definition of a cell whose units depend on each other only through the gate product: weights and options, independent of
/// the SIMD width. <see cref="KernelSet.Compile(Cell)"/> makes it runnable.
/// </summary>
public abstract class Cell
{
    private protected Cell(int inputs, int units)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        (Inputs, Units) = (inputs, units);
    }

    /// <summary>Values per frame that the gates multiply.</summary>
    public int Inputs { get; }

    /// <summary>Outputs per frame.</summary>
    public int Units { get; }

    /// <summary>Packs the weights for a width and chooses the kernel for the cell's options.</summary>
    /// <param name="allocate">Where the packed weights shall lie: a buffer of the given length.</param>
    internal abstract GateLayer Compile<TLanes>(Func<int, AlignedBuffer> allocate) where TLanes : unmanaged, ILanes<TLanes>;

    private protected static void CheckLength(ReadOnlyMemory<float> values, int expected, string name, string shape)
    {
        if (values.Length != expected)
            throw new ArgumentException($"{name}: expected {expected} values ({shape}), found {values.Length}.", name);
    }
}
