using System.Runtime.CompilerServices;

namespace EdgeRnn.Kernels;

/// <summary>One register per gate: a row of a panel, or the sums of one frame.</summary>
internal unsafe struct GateLanes<TLanes, TKernel>
    where TLanes : unmanaged, ILanes<TLanes>
    where TKernel : struct, IGateCount
{
    private TLanes _first, _second, _third, _fourth; // those beyond TKernel.Gates are never touched and cost nothing

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GateLanes<TLanes, TKernel> Load(float* row)
    {
        Unsafe.SkipInit(out GateLanes<TLanes, TKernel> gates);
        gates._first = TLanes.Load(row);
        if (TKernel.Gates > 1) gates._second = TLanes.Load(row + TLanes.Count);
        if (TKernel.Gates > 2) gates._third = TLanes.Load(row + 2 * TLanes.Count);
        if (TKernel.Gates > 3) gates._fourth = TLanes.Load(row + 3 * TLanes.Count);
        return gates;
    }

    /// <summary>Asks for the cache lines of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* row)
    {
        TLanes.Prefetch(row);
        if (TKernel.Gates > 1) TLanes.Prefetch(row + TLanes.Count);
        if (TKernel.Gates > 2) TLanes.Prefetch(row + 2 * TLanes.Count);
        if (TKernel.Gates > 3) TLanes.Prefetch(row + 3 * TLanes.Count);
    }

    /// <summary>Adds a row of weights times the next of <typeparamref name="TFrames"/> inputs that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct<TFrames>(in GateLanes<TLanes, TKernel> weights, ref TLanes input, float* inputs, int frame)
        where TFrames : struct, IFrameCount
    {
        input.NextInput(inputs, frame, TFrames.Value);
        _first.AddProduct(weights._first, input, frame, TFrames.Value);
        if (TKernel.Gates > 1) _second.AddProduct(weights._second, input, frame, TFrames.Value);
        if (TKernel.Gates > 2) _third.AddProduct(weights._third, input, frame, TFrames.Value);
        if (TKernel.Gates > 3) _fourth.AddProduct(weights._fourth, input, frame, TFrames.Value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _first.Store(row);
        if (TKernel.Gates > 1) _second.Store(row + TLanes.Count);
        if (TKernel.Gates > 2) _third.Store(row + 2 * TLanes.Count);
        if (TKernel.Gates > 3) _fourth.Store(row + 3 * TLanes.Count);
    }
}
