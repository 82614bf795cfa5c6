using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// Floats as integers times a scale, and back. The scale is that of the largest magnitude among them; every step is rounded as
/// IEEE 754 says, so all widths and processors give the same bits:
/// <code>
/// scale = largest / range                  NaN if it is not finite; 0, and so are the integers, if it is below the normal floats
/// q     = x (1 / scale)                    rounded once more to the nearest integer, of two the even one
/// u     = fma(sum, weight scale * frame scale, bias)     the sum of integers rounded to float, the scales' product rounded
/// </code>
/// </summary>
internal static unsafe class Quantization
{
    // A float near 1.5 * 2^23 has no bits for a fraction: adding it rounds to an integer, which its lower bits then hold.
    private const float Rounder = 12582912;

    private const int Infinity = 0x7F800000;

    /// <summary>The largest magnitude of an input such that no sum over that many products exceeds 32 bits.</summary>
    public static int InputRange(int inputs) => Math.Min(short.MaxValue, (int)(int.MaxValue / ((long)Int8Row.Range * inputs)));

    /// <summary>The largest magnitude as bits: in their order NaN lies beyond infinity.</summary>
    public static int MaxMagnitude(ReadOnlySpan<float> values)
    {
        int largest = 0;
        foreach (float value in values)
            largest = Math.Max(largest, BitConverter.SingleToInt32Bits(value) & int.MaxValue);
        return largest;
    }

    public static float Scale(int largest, int range)
    {
        if (largest >= Infinity)
            return float.NaN;
        float scale = BitConverter.Int32BitsToSingle(largest) / range;
        return float.IsNormal(scale) ? scale : 0;
    }

    public static float Inverse(float scale) => scale > 0 ? 1 / scale : 0;

    /// <summary>The nearest integer to value * inverse; any integer if a value is not finite, for then the scale is NaN.</summary>
    public static short Round(float value, float inverse) =>
        (short)BitConverter.SingleToInt32Bits(MathF.FusedMultiplyAdd(value, inverse, Rounder));

    /// <summary>Quantizes one frame.</summary>
    /// <param name="values">[input]</param>
    /// <param name="count">Inputs.</param>
    /// <param name="pairs">Receives two inputs per word, the even one in the lower half, then zeros.</param>
    /// <param name="words">How many words to write.</param>
    /// <returns>The frame's scale.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Quantize<TLanes>(float* values, int count, float* pairs, int words) where TLanes : unmanaged, ILanes<TLanes>
    {
        // Neither a maximum nor the rounding of one value depends on the others' order, so four at a time serve every width.
        int whole = TLanes.Count > 1 ? count & ~7 : 0;
        Vector128<int> maxima = Vector128<int>.Zero;
        for (int i = 0; i < whole; i += 4)
            maxima = Vector128.Max(maxima, Vector128.Load((int*)values + i) & Vector128.Create(int.MaxValue));
        int largest = MaxMagnitude(new ReadOnlySpan<float>(values + whole, count - whole));
        for (int i = 0; i < 4; i++)
            largest = Math.Max(largest, maxima.GetElement(i));

        float scale = Scale(largest, InputRange(count)), inverse = Inverse(scale);
        Vector128<float> inverses = Vector128.Create(inverse), rounder = Vector128.Create(Rounder);
        short* to = (short*)pairs;
        for (int i = 0; i < whole; i += 8)
        {
            var low = Vector128.FusedMultiplyAdd(Vector128.Load(values + i), inverses, rounder);
            var high = Vector128.FusedMultiplyAdd(Vector128.Load(values + i + 4), inverses, rounder);
            Vector128.Narrow(low.AsInt32(), high.AsInt32()).Store(to + i);
        }

        for (int i = whole; i < count; i++)
            to[i] = Round(values[i], inverse);
        for (int i = count; i < 2 * words; i++)
            to[i] = 0;
        return scale;
    }

    /// <summary>Turns a tile's sums of integers, in place, into those of floats, biases included.</summary>
    /// <param name="sums">[frame][gate][lane]</param>
    /// <param name="weightScales">[gate][lane]</param>
    /// <param name="biases">[gate][lane]</param>
    /// <param name="frameScales">[frame]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Restore<TLanes, TKernel>(float* sums, int frames, float* weightScales, float* biases, float* frameScales)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IGateCount
    {
        for (int gate = 0; gate < TKernel.Gates; gate++, sums += TLanes.Count)
        {
            TLanes weightScale = TLanes.Load(weightScales + gate * TLanes.Count), bias = TLanes.Load(biases + gate * TLanes.Count);
            float* sum = sums;
            for (int frame = 0; frame < frames; frame++, sum += TKernel.Gates * TLanes.Count)
            {
                TLanes scale = weightScale * TLanes.Broadcast(frameScales[frame]);
                TLanes.MultiplyAdd(TLanes.FromIntegers(TLanes.Load(sum)), scale, bias).Store(sum);
            }
        }
    }
}
