using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Benchmarks.Calibration;

/// <summary>Multiply-adds at the rate that one core can issue them: twelve independent chains in registers.</summary>
internal static unsafe class MultiplyPeak
{
    private const int Chains = 12, Turns = 1 << 17;

    /// <summary>Operations of one <see cref="RunFloats"/>, a multiply-add being two.</summary>
    public static double FloatOperations<TLanes>() where TLanes : unmanaged, ILanes<TLanes> => 2.0 * Chains * Turns * TLanes.Count;

    /// <summary>Operations of one <see cref="RunPairs"/>: two multiply-adds per lane.</summary>
    public static double PairOperations<TLanes>() where TLanes : unmanaged, ILanes<TLanes> => 2 * FloatOperations<TLanes>();

    /// <summary>Fused multiply-adds of floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunFloats<TLanes>(float* result) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Broadcast(0.999f), term = TLanes.Broadcast(1e-3f);
        TLanes c0 = term, c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0;
        for (int turn = 0; turn < Turns; turn++)
        {
            c0 = TLanes.MultiplyAdd(c0, factor, term);
            c1 = TLanes.MultiplyAdd(c1, factor, term);
            c2 = TLanes.MultiplyAdd(c2, factor, term);
            c3 = TLanes.MultiplyAdd(c3, factor, term);
            c4 = TLanes.MultiplyAdd(c4, factor, term);
            c5 = TLanes.MultiplyAdd(c5, factor, term);
            c6 = TLanes.MultiplyAdd(c6, factor, term);
            c7 = TLanes.MultiplyAdd(c7, factor, term);
            c8 = TLanes.MultiplyAdd(c8, factor, term);
            c9 = TLanes.MultiplyAdd(c9, factor, term);
            c10 = TLanes.MultiplyAdd(c10, factor, term);
            c11 = TLanes.MultiplyAdd(c11, factor, term);
        }

        (c0 + c1 + (c2 + c3) + (c4 + c5 + (c6 + c7)) + (c8 + c9 + (c10 + c11))).Store(result);
    }

    /// <summary>
    /// Products of 16-bit integers, added in pairs and then to a sum: what weights of int8 need. Each chain multiplies itself, because
    /// equal products would be computed once.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunPairs<TLanes>(float* result) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes input = TLanes.Broadcast(1e-3f);
        TLanes c0 = input, c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0;
        for (int turn = 0; turn < Turns; turn++)
        {
            c0.AddPairs(c0, input, 0, 1);
            c1.AddPairs(c1, input, 0, 1);
            c2.AddPairs(c2, input, 0, 1);
            c3.AddPairs(c3, input, 0, 1);
            c4.AddPairs(c4, input, 0, 1);
            c5.AddPairs(c5, input, 0, 1);
            c6.AddPairs(c6, input, 0, 1);
            c7.AddPairs(c7, input, 0, 1);
            c8.AddPairs(c8, input, 0, 1);
            c9.AddPairs(c9, input, 0, 1);
            c10.AddPairs(c10, input, 0, 1);
            c11.AddPairs(c11, input, 0, 1);
        }

        (c0 + c1 + (c2 + c3) + (c4 + c5 + (c6 + c7)) + (c8 + c9 + (c10 + c11))).Store(result);
    }
}
