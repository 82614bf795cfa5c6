using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>One register per gate: a row of a panel, or the sums of one frame.</summary>
internal unsafe struct GateLanes<TLanes, TKernel>
    where TLanes : unmanaged, ILanes<TLanes>
    where TKernel : struct, IGateCount
{
    private TLanes _first, _second, _third, _fourth; // those beyond TKernel.Gates are never used and take no register

    /// <summary>The initial values of a frame's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GateLanes<TLanes, TKernel> Start<TFormat>(float* start)
        where TFormat : struct, IWeightFormat
    {
        Unsafe.SkipInit(out GateLanes<TLanes, TKernel> gates);
        gates._first = TFormat.Start<TLanes>(start);
        if (TKernel.Gates > 1)
            gates._second = TFormat.Start<TLanes>(start + TLanes.Count);
        if (TKernel.Gates > 2)
            gates._third = TFormat.Start<TLanes>(start + 2 * TLanes.Count);
        if (TKernel.Gates > 3)
            gates._fourth = TFormat.Start<TLanes>(start + 3 * TLanes.Count);
        return gates;
    }

    /// <summary>The weights of a row that are multiplied with the first word of the inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GateLanes<TLanes, TKernel> LoadFirst<TFormat>(float* row)
        where TFormat : struct, IWeightFormat
    {
        Unsafe.SkipInit(out GateLanes<TLanes, TKernel> gates);
        gates._first = TFormat.LoadFirst<TLanes>(row);
        if (TKernel.Gates > 1)
            gates._second = TFormat.LoadFirst<TLanes>(row + TLanes.Count);
        if (TKernel.Gates > 2)
            gates._third = TFormat.LoadFirst<TLanes>(row + 2 * TLanes.Count);
        if (TKernel.Gates > 3)
            gates._fourth = TFormat.LoadFirst<TLanes>(row + 3 * TLanes.Count);
        return gates;
    }

    /// <summary>The weights of a row that are multiplied with the second word of the inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GateLanes<TLanes, TKernel> LoadSecond<TFormat>(float* row)
        where TFormat : struct, IWeightFormat
    {
        Unsafe.SkipInit(out GateLanes<TLanes, TKernel> gates);
        gates._first = TFormat.LoadSecond<TLanes>(row);
        if (TKernel.Gates > 1)
            gates._second = TFormat.LoadSecond<TLanes>(row + TLanes.Count);
        if (TKernel.Gates > 2)
            gates._third = TFormat.LoadSecond<TLanes>(row + 2 * TLanes.Count);
        if (TKernel.Gates > 3)
            gates._fourth = TFormat.LoadSecond<TLanes>(row + 3 * TLanes.Count);
        return gates;
    }

    /// <summary>Prefetches a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* row)
    {
        TLanes.Prefetch(row);
        if (TKernel.Gates > 1)
            TLanes.Prefetch(row + TLanes.Count);
        if (TKernel.Gates > 2)
            TLanes.Prefetch(row + 2 * TLanes.Count);
        if (TKernel.Gates > 3)
            TLanes.Prefetch(row + 3 * TLanes.Count);
    }

    /// <summary>Adds weights times the word of <paramref name="frame"/>; the words of a tile's frames are adjacent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct<TFrames, TFormat>(in GateLanes<TLanes, TKernel> weights, ref TLanes input, float* inputs, int frame)
        where TFrames : struct, IFrameCount
        where TFormat : struct, IWeightFormat
    {
        input.NextInput(inputs, frame, TFrames.Value);
        if (TFormat.IsInteger)
        {
            _first.AddPairs(weights._first, input, frame, TFrames.Value);
            if (TKernel.Gates > 1)
                _second.AddPairs(weights._second, input, frame, TFrames.Value);
            if (TKernel.Gates > 2)
                _third.AddPairs(weights._third, input, frame, TFrames.Value);
            if (TKernel.Gates > 3)
                _fourth.AddPairs(weights._fourth, input, frame, TFrames.Value);
        }
        else
        {
            _first.AddProduct(weights._first, input, frame, TFrames.Value);
            if (TKernel.Gates > 1)
                _second.AddProduct(weights._second, input, frame, TFrames.Value);
            if (TKernel.Gates > 2)
                _third.AddProduct(weights._third, input, frame, TFrames.Value);
            if (TKernel.Gates > 3)
                _fourth.AddProduct(weights._fourth, input, frame, TFrames.Value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _first.Store(row);
        if (TKernel.Gates > 1)
            _second.Store(row + TLanes.Count);
        if (TKernel.Gates > 2)
            _third.Store(row + 2 * TLanes.Count);
        if (TKernel.Gates > 3)
            _fourth.Store(row + 3 * TLanes.Count);
    }
}
