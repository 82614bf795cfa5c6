using System.Runtime.CompilerServices;

namespace EdgeRnn.Kernels;

/// <summary>
/// The product of a layer's gate weights with a pass's frames, and the cell's epilogue on the sums while they are in the
/// first-level cache. A unit owns one lane, and each of its sums one register, to which products are added in the
/// order of the inputs by fused multiply-add; sums of integers are exact in any order. So no bit
/// depends on how frames, sessions, panels and threads are grouped.
/// </summary>
internal static unsafe class GateGemm
{
    // With one tile per panel, memory is the limit: stay this many floats ahead in the stream (measured best of 1-16 KiB).
    public const int StreamDistance = 2048;

    /// <summary>The frames of the next tile: 8, 4, 2 or 1, as many as remain and as the registers hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TileFrames<TLanes, TKernel, TFormat>(int remaining)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        int fitting = Math.Min(remaining, TFormat.MaxSums<TLanes>() / TKernel.Gates);
        return fitting >= 8 ? 8 : fitting >= 4 ? 4 : fitting >= 2 ? 2 : 1;
    }

    /// <summary>Multiplies the panels [firstPanel, endPanel) with a pass's frames and advances their units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TKernel, TFormat>(PackedWeights weights, int firstPanel, int endPanel, in Pass pass)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        float* sums = stackalloc float[TLanes.MaxSums * TLanes.Count];
        int rowLength = TKernel.Gates * TLanes.Count;
        int frames = pass.Frames;

        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            float* constants = weights.Data + panel * weights.PanelStride;
            float* rows = constants + weights.BiasesOffset;
            int segment = 0, remaining = pass.Segments[0].Frames;
            for (int frame = 0, count; frame < frames; frame += count)
            {
                count = TileFrames<TLanes, TKernel, TFormat>(frames - frame);
                // With several tiles per panel, all but the first find it in the cache, so the first would wait for memory
                // while the others leave it idle: instead each tile fetches its share of the next panel.
                bool onlyTile = count == frames;
                float* ahead = rows + (onlyTile ? StreamDistance : weights.PanelStride + weights.PanelStride * frame / frames);
                nint aheadStep = onlyTile ? rowLength : rowLength * count / frames;
                float* tile = pass.Inputs + frame * (nint)(weights.Rows * TFormat.WordsPerRow);
                int depth = weights.Rows;
                switch (count)
                {
                    case 8: MultiplyTile<TLanes, TKernel, EightFrames, TFormat>(rows, rows, tile, depth, sums, ahead, aheadStep); break;
                    case 4: MultiplyTile<TLanes, TKernel, FourFrames, TFormat>(rows, rows, tile, depth, sums, ahead, aheadStep); break;
                    case 2: MultiplyTile<TLanes, TKernel, TwoFrames, TFormat>(rows, rows, tile, depth, sums, ahead, aheadStep); break;
                    default: MultiplyTile<TLanes, TKernel, OneFrame, TFormat>(rows, rows, tile, depth, sums, ahead, aheadStep); break;
                }
                if (TFormat.IsInteger)
                    Quantisation.Restore<TLanes, TKernel>(sums, count, rows - rowLength, rows, pass.FrameScales + frame);
                AdvanceTile<TLanes, TKernel>(sums, constants, panel * TLanes.Count, frame, count, in pass, ref segment, ref remaining);
            }
        }
    }

    /// <summary>One panel times one tile of frames; the sums stay in registers from the first input to the last.</summary>
    /// <param name="start">[gate][lane]: what every frame's sums begin with, usually the panel's biases.</param>
    /// <param name="rows">The panel: a row of biases, then the rows of weights.</param>
    /// <param name="inputs">[row of weights][word][frame]</param>
    /// <param name="depth">Rows of weights.</param>
    /// <param name="sums">[frame][gate][lane]</param>
    /// <param name="ahead">Where to prefetch, moving by <paramref name="aheadStep"/> floats per row.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void MultiplyTile<TLanes, TKernel, TFrames, TFormat>(
        float* start, float* rows, float* inputs, int depth, float* sums, float* ahead, nint aheadStep)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IGateCount
        where TFrames : struct, IFrameCount
        where TFormat : struct, IWeightFormat
    {
        int rowLength = TKernel.Gates * TLanes.Count;
        var row = GateLanes<TLanes, TKernel>.Start<TFormat>(start);
        // Separate locals, because an array, a span or an InlineArray of sums would live in memory.
        GateLanes<TLanes, TKernel> s0 = row, s1 = row, s2 = row, s3 = row, s4 = row, s5 = row, s6 = row, s7 = row;
        TLanes input = default;
        do
        {
            rows += rowLength;
            row = GateLanes<TLanes, TKernel>.LoadFirst<TFormat>(rows);
            GateLanes<TLanes, TKernel>.Prefetch(ahead);
            s0.AddProduct<TFrames, TFormat>(row, ref input, inputs, 0);
            if (TFrames.Value > 1) s1.AddProduct<TFrames, TFormat>(row, ref input, inputs, 1);
            if (TFrames.Value > 2)
            {
                s2.AddProduct<TFrames, TFormat>(row, ref input, inputs, 2);
                s3.AddProduct<TFrames, TFormat>(row, ref input, inputs, 3);
            }
            if (TFrames.Value > 4)
            {
                s4.AddProduct<TFrames, TFormat>(row, ref input, inputs, 4);
                s5.AddProduct<TFrames, TFormat>(row, ref input, inputs, 5);
                s6.AddProduct<TFrames, TFormat>(row, ref input, inputs, 6);
                s7.AddProduct<TFrames, TFormat>(row, ref input, inputs, 7);
            }
            inputs += TFrames.Value;
            if (TFormat.WordsPerRow > 1)
            {
                // Written out again: a method for both words would be one more level to inline, and the JIT's budget is near (ILanes).
                row = GateLanes<TLanes, TKernel>.LoadSecond<TFormat>(rows);
                s0.AddProduct<TFrames, TFormat>(row, ref input, inputs, 0);
                if (TFrames.Value > 1) s1.AddProduct<TFrames, TFormat>(row, ref input, inputs, 1);
                if (TFrames.Value > 2)
                {
                    s2.AddProduct<TFrames, TFormat>(row, ref input, inputs, 2);
                    s3.AddProduct<TFrames, TFormat>(row, ref input, inputs, 3);
                }
                if (TFrames.Value > 4)
                {
                    s4.AddProduct<TFrames, TFormat>(row, ref input, inputs, 4);
                    s5.AddProduct<TFrames, TFormat>(row, ref input, inputs, 5);
                    s6.AddProduct<TFrames, TFormat>(row, ref input, inputs, 6);
                    s7.AddProduct<TFrames, TFormat>(row, ref input, inputs, 7);
                }
                inputs += TFrames.Value;
            }
            ahead += aheadStep;
        }
        while (--depth > 0);

        s0.Store(sums);
        if (TFrames.Value > 1) s1.Store(sums + rowLength);
        if (TFrames.Value > 2)
        {
            s2.Store(sums + 2 * rowLength);
            s3.Store(sums + 3 * rowLength);
        }
        if (TFrames.Value > 4)
        {
            s4.Store(sums + 4 * rowLength);
            s5.Store(sums + 5 * rowLength);
            s6.Store(sums + 6 * rowLength);
            s7.Store(sums + 7 * rowLength);
        }
    }

    /// <summary>Advances a panel's units by a pass's frames, whose sums are there already.</summary>
    /// <param name="sums">[frame][gate][lane]</param>
    public static void Advance<TLanes, TKernel>(PackedWeights weights, int panel, float* sums, in Pass pass)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        int segment = 0, remaining = pass.Segments[0].Frames;
        float* constants = weights.Data + panel * weights.PanelStride;
        AdvanceTile<TLanes, TKernel>(sums, constants, panel * TLanes.Count, 0, pass.Frames, in pass, ref segment, ref remaining);
    }

    /// <summary>Runs the epilogue on a tile's sums, each part of the tile with the state of the session it belongs to.</summary>
    /// <param name="segment">The segment of the tile's first frame; moves on.</param>
    /// <param name="remaining">How many of its frames are not done; moves on.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AdvanceTile<TLanes, TKernel>(
        float* sums, float* constants, int unit, int frame, int count, in Pass pass, ref int segment, ref int remaining)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        for (int end = frame + count, run; frame < end; frame += run)
        {
            run = Math.Min(end - frame, remaining);
            float* state = TKernel.HasState ? pass.Segments[segment].State.Pointer + pass.StateOffset + unit : null;
            float* skip = TKernel.ReadsSkip ? pass.Skip + frame * pass.SkipStride + unit : null;
            float* output = pass.Outputs + frame * pass.OutputStride + unit;
            TKernel.Advance<TLanes>(sums, run, constants, state, skip, pass.SkipStride, output, pass.OutputStride);
            sums += run * TKernel.Gates * TLanes.Count;
            remaining -= run;
            if (remaining == 0 && ++segment < pass.Segments.Length) remaining = pass.Segments[segment].Frames;
        }
    }
}
