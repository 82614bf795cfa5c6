using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Benchmarks.Calibration;

/// <summary>Reads memory as fast as one core can: eight independent sums, with and without prefetch.</summary>
internal static unsafe class ReadBandwidth
{
    /// <summary>Prefetch distances in bytes; 0: no prefetch. The fastest is the limit.</summary>
    public static readonly int[] Distances = [0, 2048, 4096, 8192];

    /// <summary>Reads <paramref name="length"/> floats, rounded down to whole steps of eight registers.</summary>
    /// <returns>A value that depends on all of them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Read<TLanes>(float* from, nint length) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (nint steps = length / (8 * TLanes.Count); steps > 0; steps--)
        {
            s0 += TLanes.Load(from);
            s1 += TLanes.Load(from + TLanes.Count);
            s2 += TLanes.Load(from + 2 * TLanes.Count);
            s3 += TLanes.Load(from + 3 * TLanes.Count);
            s4 += TLanes.Load(from + 4 * TLanes.Count);
            s5 += TLanes.Load(from + 5 * TLanes.Count);
            s6 += TLanes.Load(from + 6 * TLanes.Count);
            s7 += TLanes.Load(from + 7 * TLanes.Count);
            from += 8 * TLanes.Count;
        }

        return First(s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7)));
    }

    /// <summary>The same, with a prefetch of the cache lines <paramref name="ahead"/> floats on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float ReadAhead<TLanes>(float* from, nint length, nint ahead) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes s0 = TLanes.Broadcast(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (nint steps = length / (8 * TLanes.Count); steps > 0; steps--)
        {
            TLanes.Prefetch(from + ahead);
            s0 += TLanes.Load(from);
            TLanes.Prefetch(from + ahead + TLanes.Count);
            s1 += TLanes.Load(from + TLanes.Count);
            TLanes.Prefetch(from + ahead + 2 * TLanes.Count);
            s2 += TLanes.Load(from + 2 * TLanes.Count);
            TLanes.Prefetch(from + ahead + 3 * TLanes.Count);
            s3 += TLanes.Load(from + 3 * TLanes.Count);
            TLanes.Prefetch(from + ahead + 4 * TLanes.Count);
            s4 += TLanes.Load(from + 4 * TLanes.Count);
            TLanes.Prefetch(from + ahead + 5 * TLanes.Count);
            s5 += TLanes.Load(from + 5 * TLanes.Count);
            TLanes.Prefetch(from + ahead + 6 * TLanes.Count);
            s6 += TLanes.Load(from + 6 * TLanes.Count);
            TLanes.Prefetch(from + ahead + 7 * TLanes.Count);
            s7 += TLanes.Load(from + 7 * TLanes.Count);
            from += 8 * TLanes.Count;
        }

        return First(s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7)));
    }

    private static float First<TLanes>(TLanes lanes) where TLanes : unmanaged, ILanes<TLanes>
    {
        float* values = stackalloc float[TLanes.Count];
        lanes.Store(values);
        return values[0];
    }
}
