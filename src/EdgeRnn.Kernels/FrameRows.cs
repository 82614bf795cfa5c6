namespace EdgeRnn.Kernels;

/// <summary>
/// A block of frames, one row each: the frame's values, then padding up to <see cref="LanePadding.Pad"/>, whose content is
/// unspecified and does not affect results.
/// </summary>
/// <param name="Buffer">Holds the rows, beginning at its first float.</param>
/// <param name="Stride">Floats from one row to the next: a multiple of <see cref="LanePadding.Units"/>.</param>
internal readonly record struct FrameRows(AlignedBuffer Buffer, int Stride)
{
    /// <summary>Throws unless there are <paramref name="frames"/> padded rows of at least <paramref name="width"/> values.</summary>
    internal void Check(int frames, int width, string name)
    {
        ArgumentNullException.ThrowIfNull(Buffer, name);
        if (Stride % LanePadding.Units != 0)
            throw new ArgumentException($"{name}: the stride must be a multiple of {LanePadding.Units}, found {Stride}.", name);
        if (Stride < width)
            throw new ArgumentException($"{name}: the stride must be at least the row width of {width}, found {Stride}.", name);
        if (Buffer.Length < (long)frames * Stride)
        {
            throw new ArgumentException(
                $"{name}: {frames} rows of stride {Stride} need {(long)frames * Stride} floats, found a buffer of {Buffer.Length}.", name);
        }
    }
}
