namespace EdgeRnn.Kernels;

/// <summary>The padding of rows of units: to the widest register, at every SIMD width, so that no size depends on the width.</summary>
internal static class LanePadding
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
}
