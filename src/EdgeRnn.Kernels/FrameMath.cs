using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels;

/// <summary>Operations on frames before the first layer and after the last one.</summary>
internal static unsafe class FrameMath
{
    /// <summary>(x - mean) / deviation for each of <paramref name="size"/> values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Standardize<TLanes>(float* from, float* mean, float* deviation, float* to, int size)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int i = 0;
        for (; i <= size - TLanes.Count; i += TLanes.Count)
            Standardize<TLanes>(from, mean, deviation, to, (nint)i);
        for (; i < size; i++)
            Standardize<Lanes1>(from, mean, deviation, to, (nint)i); // the tail one by one: a client's frame has no padding
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Standardize<TLanes>(float* from, float* mean, float* deviation, float* to, nint at)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.CanonicalizeNaN((TLanes.Load(from + at) - TLanes.Load(mean + at)) / TLanes.Load(deviation + at)).Store(to + at);

    /// <summary>e^(x - max) / sum of all e^(x - max), in place. A NaN or an infinite maximum makes the whole row NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax<TLanes>(float* row, int units) where TLanes : unmanaged, ILanes<TLanes>
    {
        // A maximum is exact in any order. The comparison skips a NaN, but the sum below becomes NaN then.
        float max = float.NegativeInfinity;
        for (int unit = 0; unit < units; unit++)
            max = row[unit] > max ? row[unit] : max;
        TLanes maxima = TLanes.Broadcast(max);
        for (int unit = 0; unit < units; unit += TLanes.Count)
            VectorMath.Exp(TLanes.Load(row + unit) - maxima).Store(row + unit);
        TLanes sum = TLanes.Broadcast(StripedSum.Of<TLanes, ValueTerm>(row, units, 0));
        for (int unit = 0; unit < units; unit += TLanes.Count)
            TLanes.CanonicalizeNaN(TLanes.Load(row + unit) / sum).Store(row + unit);
    }
}
