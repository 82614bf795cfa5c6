using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Reference;

/// <summary>Weights and frames rounded to a low precision, by its definition; shares no code with the kernels.</summary>
internal static class LowPrecision
{
    /// <param name="weights">[row][input]</param>
    public static float[] Weights(float[] weights, int inputs, WeightPrecision precision) => precision switch
    {
        WeightPrecision.Bf16 => [.. weights.Select(NearestBFloat16)],
        WeightPrecision.Int8 => [.. weights.Chunk(inputs).SelectMany(row => Quantized(row, SixteenBits(row.Max(Math.Abs) / 127)))],
        _ => weights,
    };

    /// <param name="frames">[frame][input]</param>
    public static float[] Frames(float[] frames, int inputs, WeightPrecision precision) => precision == WeightPrecision.Int8
        ? [.. frames.Chunk(inputs).SelectMany(frame => Quantized(frame, frame.Max(Math.Abs) / InputRange(inputs)))]
        : frames;

    /// <summary>One frame, rounded to a float first, as a kernel's is.</summary>
    public static double[] Frame(double[] frame, WeightPrecision precision) => precision == WeightPrecision.Int8
        ? CellCase.Widen(Frames(Array.ConvertAll(frame, value => (float)value), frame.Length, precision))
        : frame;

    private static float NearestBFloat16(float value)
    {
        float below = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
        float above = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(below) + 0x10000);
        double down = Math.Abs((double)value - below), up = Math.Abs((double)above - value);
        bool isBelowEven = (BitConverter.SingleToUInt32Bits(below) & 0x10000) == 0;
        return down < up || (down == up && isBelowEven) ? below : above;
    }

    private static int InputRange(int inputs) => (int)Math.Min(32767, int.MaxValue / (127L * inputs));

    /// <summary>A float without the last 8 bits of its fraction.</summary>
    private static float SixteenBits(float value) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) >> 8 << 8);

    private static IEnumerable<float> Quantized(float[] values, float scale)
    {
        float inverse = 1 / scale;
        return values.Select(value => (float)(Math.Round((double)value * inverse) * scale));
    }
}
