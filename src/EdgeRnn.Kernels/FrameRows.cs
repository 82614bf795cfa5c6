namespace EdgeRnn.Kernels;

/// <summary>
/// A block of frames, one row each. A row holds its values first; what its padding up to <see cref="LanePadding.Pad"/> holds
/// is unspecified and enters no result.
/// </summary>
/// <param name="Buffer">Where the rows lie, from its first float on.</param>
/// <param name="Stride">Floats from one row to the next: a multiple of <see cref="LanePadding.Units"/>.</param>
public readonly record struct FrameRows(AlignedBuffer Buffer, int Stride)
{
    /// <summary>Throws unless this holds so many rows, padded and at least so wide.</summary>
    internal void Check(int frames, int width, string name)
    {
        ArgumentNullException.ThrowIfNull(Buffer, name);
        if (Stride % LanePadding.Units != 0)
            throw new ArgumentException($"{name}: the stride must be a multiple of {LanePadding.Units}, found {Stride}.", name);
        if (Stride < width)
            throw new ArgumentException($"{name}: the stride must hold rows of {width} values, found {Stride}.", name);
        if (Buffer.Length < (long)frames * Stride)
        {
            throw new ArgumentException(
                $"{name}: {frames} rows of stride {Stride} need {(long)frames * Stride} floats, found a buffer of {Buffer.Length}.", name);
        }
    }
}
