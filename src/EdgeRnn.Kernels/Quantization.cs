using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// Symmetric quantization: floats as integers times a scale, and back. Every step is rounded as IEEE 754 says, so all widths and
/// processors give the same bits:
/// <code>
/// scale = max |x| / range                  NaN if a value is not finite; 0, as are the integers, if it would be subnormal
/// q     = x (1 / scale)                    rounded to the nearest integer, ties to even
/// u     = fma(sum, weight scale * frame scale, bias)     the sum of integers and the product of scales each rounded to float
/// </code>
/// </summary>
internal static unsafe class Quantization
{
    // 1.5 * 2^23: a float of that size has no fraction bits, so adding it rounds to an integer, which is then in the low bits.
    private const float Rounder = 12582912;

    private const int Infinity = 0x7F800000;

    /// <summary>The maximum magnitude of an input for which a sum of <paramref name="inputs"/> products fits in 32 bits.</summary>
    public static int InputRange(int inputs) => Math.Min(short.MaxValue, (int)(int.MaxValue / ((long)Int8Row.Range * inputs)));

    /// <summary>The bits of max |x|. As integers they have the order of the floats, with NaN above infinity.</summary>
    public static int MaxMagnitude(ReadOnlySpan<float> values)
    {
        int max = 0;
        foreach (float value in values)
            max = Math.Max(max, BitConverter.SingleToInt32Bits(value) & int.MaxValue);
        return max;
    }

    /// <param name="maxMagnitude">The bits of max |x|.</param>
    /// <param name="range">The maximum magnitude of the integers.</param>
    public static float Scale(int maxMagnitude, int range)
    {
        if (maxMagnitude >= Infinity)
            return float.NaN;
        float scale = BitConverter.Int32BitsToSingle(maxMagnitude) / range;
        return float.IsNormal(scale) ? scale : 0;
    }

    public static float Inverse(float scale) => scale > 0 ? 1 / scale : 0;

    /// <summary>The nearest integer to value * inverse; unspecified if a value is not finite, as the scale is NaN then.</summary>
    public static short Round(float value, float inverse) =>
        (short)BitConverter.SingleToInt32Bits(MathF.FusedMultiplyAdd(value, inverse, Rounder));

    /// <summary>Quantizes one frame to 16-bit integers.</summary>
    /// <param name="values">[input]</param>
    /// <param name="count">Number of inputs.</param>
    /// <param name="pairs">Receives two inputs per word, the even one in the lower half, then zeros.</param>
    /// <param name="words">Number of words to write.</param>
    /// <returns>The frame's scale.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Quantize<TLanes>(float* values, int count, float* pairs, int words) where TLanes : unmanaged, ILanes<TLanes>
    {
        // Maximum and rounding give the same bits in any order, so four lanes at a time serve every width.
        int whole = TLanes.Count > 1 ? count & ~7 : 0;
        Vector128<int> maxima = Vector128<int>.Zero;
        for (int i = 0; i < whole; i += 4)
            maxima = Vector128.Max(maxima, Vector128.Load((int*)values + i) & Vector128.Create(int.MaxValue));
        int max = MaxMagnitude(new ReadOnlySpan<float>(values + whole, count - whole));
        for (int i = 0; i < 4; i++)
            max = Math.Max(max, maxima.GetElement(i));

        float scale = Scale(max, InputRange(count)), inverse = Inverse(scale);
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

    /// <summary>Dequantizes sums of integers, in place, and adds the biases.</summary>
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
