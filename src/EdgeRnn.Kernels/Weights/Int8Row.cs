namespace EdgeRnn.Kernels.Weights;

/// <summary>
/// The weights of one unit's gate as 8-bit integers times a scale. The scale is the largest magnitude over 127, cut to 16 significant
/// bits, so that every product with it is an exact float32: a row that was once quantized and stored is the same when it is again.
/// </summary>
public static class Int8Row
{
    /// <summary>The largest magnitude of an integer.</summary>
    internal const int Range = 127;

    private const uint SixteenBits = 0xFFFFFF00;

    /// <summary>Quantizes a row.</summary>
    /// <param name="weights">Any values; if one is not finite, the scale is NaN.</param>
    /// <param name="integers">Receives as many, -127 to 127.</param>
    /// <returns>The scale; 0, as are the integers, for weights all of which are nearly zero.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float Quantize(ReadOnlySpan<float> weights, Span<sbyte> integers)
    {
        if (integers.Length != weights.Length)
            throw new ArgumentException($"integers: expected {weights.Length}, found {integers.Length}.", nameof(integers));
        float scale = Scale(weights), inverse = Quantization.Inverse(scale);
        for (int i = 0; i < weights.Length; i++)
            integers[i] = (sbyte)Quantization.Round(weights[i], inverse);
        return scale;
    }

    internal static float Scale(ReadOnlySpan<float> weights)
    {
        float scale = Quantization.Scale(Quantization.MaxMagnitude(weights), Range);
        return BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(scale) & SixteenBits);
    }
}
