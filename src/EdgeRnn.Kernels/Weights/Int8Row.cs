namespace EdgeRnn.Kernels.Weights;

/// <summary>
/// The weights of one gate of one unit as 8-bit integers times a scale: the maximum magnitude / 127, truncated to 16 significant bits.
/// So integer times scale is an exact float32, and quantizing a row that was quantized before gives the same integers and scale.
/// </summary>
internal static class Int8Row
{
    /// <summary>The maximum magnitude of an integer.</summary>
    internal const int Range = 127;

    private const uint SixteenBits = 0xFFFFFF00;

    /// <summary>Quantizes a row.</summary>
    /// <param name="weights">Any values; if one is not finite, the scale is NaN.</param>
    /// <param name="integers">Receives as many integers, -127 to 127.</param>
    /// <returns>The scale. If it would be subnormal, it is 0, and so are the integers.</returns>
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
