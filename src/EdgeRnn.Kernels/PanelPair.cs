using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// Multiplies two panels at once with one or two frames. The sums of a single panel are so few then that the latency of a fused
/// multiply-add would be the limit. No prefetch: the processor's own prefetcher follows two streams well.
/// </summary>
internal static unsafe class PanelPair
{
    // Weights that can stay in the second-level cache from pass to pass. From memory, pairs with two frames were 2 to 5 % slower than
    // single panels.
    private const long CachedBytes = 1 << 20;

    private const int CacheLine = 64;

    /// <summary>Whether a pass of <paramref name="frames"/> frames is faster in pairs.</summary>
    public static bool Suits<TLanes, TKernel, TFormat>(long weightBytes, int frames)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IGateCount
        where TFormat : struct, IWeightFormat
    {
        // A second frame's input takes another register.
        if (TFormat.WordsPerRow > 1 || frames > 2 || 2 * frames * TKernel.Gates + frames - 1 > TFormat.MaxSums<TLanes>())
            return false;
        bool fillsCacheLines = TLanes.Count * sizeof(float) >= CacheLine;
        return weightBytes <= CachedBytes || (frames == 1 && fillsCacheLines);
    }

    /// <summary>Multiplies the panels in pairs; an odd one is left over.</summary>
    /// <param name="rows">The first panel: a row of biases, then the rows of weights.</param>
    /// <param name="panels">Number of panels.</param>
    /// <param name="inputs">[row of weights][frame]</param>
    /// <param name="frames">1 or 2.</param>
    /// <param name="sums">[panel][frame][gate][lane]</param>
    /// <returns>The number of panels multiplied: all, or all but the last.</returns>
    public static int Multiply<TLanes, TKernel, TFormat>(
        in PanelView weights, float* rows, int panels, float* inputs, int frames, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IGateCount
        where TFormat : struct, IWeightFormat
    {
        nint stride = weights.PanelStride;
        int done = 0;
        for (; done < panels - 1; done += 2)
        {
            if (frames == 1)
                MultiplyPair<TLanes, TKernel, OneFrame, TFormat>(rows, rows + stride, inputs, weights.Rows, sums);
            else
                MultiplyPair<TLanes, TKernel, TwoFrames, TFormat>(rows, rows + stride, inputs, weights.Rows, sums);
            rows += 2 * stride;
            sums += 2 * frames * TKernel.Gates * TLanes.Count;
        }

        return done;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyPair<TLanes, TKernel, TFrames, TFormat>(
        float* firstRows, float* secondRows, float* inputs, int depth, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IGateCount
        where TFrames : struct, IFrameCount
        where TFormat : struct, IWeightFormat
    {
        int rowLength = TKernel.Gates * TLanes.Count;
        nint toSecond = (nint)(secondRows - firstRows);
        var row = GateLanes<TLanes, TKernel>.Start<TFormat>(firstRows);
        GateLanes<TLanes, TKernel> first0 = row, first1 = row;
        row = GateLanes<TLanes, TKernel>.Start<TFormat>(secondRows);
        GateLanes<TLanes, TKernel> second0 = row, second1 = row;
        TLanes input = default;
        do
        {
            firstRows += rowLength;
            row = GateLanes<TLanes, TKernel>.LoadFirst<TFormat>(firstRows);
            first0.AddProduct<TFrames, TFormat>(row, ref input, inputs, 0);
            if (TFrames.Value > 1)
                first1.AddProduct<TFrames, TFormat>(row, ref input, inputs, 1);
            row = GateLanes<TLanes, TKernel>.LoadFirst<TFormat>(firstRows + toSecond);
            second0.AddProduct<TFrames, TFormat>(row, ref input, inputs, 0);
            if (TFrames.Value > 1)
                second1.AddProduct<TFrames, TFormat>(row, ref input, inputs, 1);
            inputs += TFrames.Value;
        }
        while (--depth > 0);

        first0.Store(sums);
        if (TFrames.Value > 1)
            first1.Store(sums + rowLength);
        sums += TFrames.Value * rowLength;
        second0.Store(sums);
        if (TFrames.Value > 1)
            second1.Store(sums + rowLength);
    }
}
