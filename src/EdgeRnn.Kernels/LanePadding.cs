namespace EdgeRnn.Kernels;

/// <summary>The padding of rows of units. It is that of the widest register at every width, so that no size depends on the width.</summary>
public static class LanePadding
{
    /// <summary>Rows are padded to a multiple of this many floats.</summary>
    public const int Units = 16;

    /// <summary>The smallest multiple of <see cref="Units"/> that holds <paramref name="units"/> floats.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is negative.</exception>
    /// <exception cref="OverflowException">The multiple exceeds an <see cref="int"/>.</exception>
    public static int Pad(int units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        return checked((int)(((uint)units + Units - 1) / Units * Units));
    }

    /// <summary>
    /// Floats from one row to the next of rows that hold <paramref name="units"/> floats: an odd number of cache lines. The same unit of
    /// many frames, which a recurrence writes in turn, would otherwise lie in few sets of a cache, at 1024 units in a single one.
    /// </summary>
    /// <inheritdoc cref="Pad"/>
    public static int Stride(int units) => Pad(units) | Units;
}
