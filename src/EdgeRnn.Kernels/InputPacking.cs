using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Linked;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// Packs the frames of a pass in the order in which tiles read them: one tile after the other, each [word][frame]. A word is a float
/// or, for integer weights, a pair of 16-bit integers. Done once per pass and layer, for all panels.
/// </summary>
internal static unsafe class InputPacking
{
    /// <summary>Floats of scratch for the packed frames; for integer weights also for the quantized rows and their scales.</summary>
    public static int Length<TFormat>(int frames, int depth) where TFormat : struct, IWeightFormat => checked(
        TFormat.IsInteger ? ScalesOffset<TFormat>(frames, depth) + frames : frames * Words<TFormat>(depth));

    /// <summary>Where the frames' scales begin in the scratch, for integer weights: [frame].</summary>
    public static int ScalesOffset<TFormat>(int frames, int depth)
        where TFormat : struct, IWeightFormat => checked(2 * frames * Words<TFormat>(depth));

    /// <summary>Packs <paramref name="frames"/> rows. A single one is already in order, and is not copied if it needs no zeros.</summary>
    /// <param name="packed">At least <see cref="Length"/> floats.</param>
    /// <returns>The packed frames.</returns>
    public static float* Pack<TLanes, TKernel, TFormat>(float* inputs, nint stride, int frames, int depth, float* packed)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat =>
        LinkedKernels.Has<TLanes>()
            ? LinkedKernels.Pack<TLanes, TKernel, TFormat>(inputs, stride, frames, depth, packed)
            : PackRows<TLanes, TKernel, TFormat>(inputs, stride, frames, depth, packed);

    /// <summary>The kernel of <see cref="Pack"/>.</summary>
    public static float* PackRows<TLanes, TKernel, TFormat>(float* inputs, nint stride, int frames, int depth, float* packed)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        int words = Words<TFormat>(depth);
        if (TFormat.IsInteger)
        {
            float* rows = packed + frames * (nint)words, scales = packed + ScalesOffset<TFormat>(frames, depth);
            for (int frame = 0; frame < frames; frame++)
                scales[frame] = Quantization.Quantize<TLanes>(inputs + frame * stride, depth, rows + frame * (nint)words, words);
            inputs = rows;
            stride = depth = words;
        }

        if (frames == 1 && depth == words)
            return inputs;
        Transpose<TLanes, TKernel, TFormat>(inputs, stride, frames, depth, words, packed);
        return packed;
    }

    /// <summary>Words of one packed frame, for whole rows of weights; those beyond the inputs are zeros.</summary>
    private static int Words<TFormat>(int depth) where TFormat : struct, IWeightFormat =>
        (depth + TFormat.InputsPerRow - 1) / TFormat.InputsPerRow * TFormat.WordsPerRow;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose<TLanes, TKernel, TFormat>(float* inputs, nint stride, int frames, int depth, int words, float* packed)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        for (int frame = 0, count; frame < frames; frame += count)
        {
            count = GateGemm.TileFrames<TLanes, TKernel, TFormat>(frames - frame);
            float* from = inputs + frame * stride, to = packed + frame * (nint)words;
            int input = 0;
            if (TLanes.Count > 1)
            {
                for (; input <= depth - 4; input += 4, to += 4 * count)
                {
                    if (count >= 4)
                        Transpose4x4(from + input, stride, to, count);
                    else if (count == 2)
                        Transpose2x4(from + input, stride, to);
                    else
                        Vector128.Load(from + input).Store(to);
                    if (count == 8)
                        Transpose4x4(from + 4 * stride + input, stride, to + 4, count);
                }
            }

            for (; input < depth; input++)
            {
                for (nint i = 0; i < count; i++)
                    *to++ = from[i * stride + input];
            }

            for (; input < words; input++)
            {
                for (nint i = 0; i < count; i++)
                    *to++ = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose2x4(float* from, nint fromStride, float* to)
    {
        Vector128<float> r0 = Vector128.Load(from), r1 = Vector128.Load(from + fromStride);
        ZipLow(r0, r1).Store(to);
        ZipHigh(r0, r1).Store(to + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x4(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector128<float> r0 = Vector128.Load(from), r1 = Vector128.Load(from + fromStride);
        Vector128<float> r2 = Vector128.Load(from + 2 * fromStride), r3 = Vector128.Load(from + 3 * fromStride);
        Vector128<float> low02 = ZipLow(r0, r2), high02 = ZipHigh(r0, r2), low13 = ZipLow(r1, r3), high13 = ZipHigh(r1, r3);
        ZipLow(low02, low13).Store(to);
        ZipHigh(low02, low13).Store(to + toStride);
        ZipLow(high02, high13).Store(to + 2 * toStride);
        ZipHigh(high02, high13).Store(to + 3 * toStride);
    }

    // Interleaves the lanes a0 a1 a2 a3 and b0 b1 b2 b3: low gives a0 b0 a1 b1, high a2 b2 a3 b3.
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b) : Sse.UnpackLow(a, b);
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b) : Sse.UnpackHigh(a, b);
}
