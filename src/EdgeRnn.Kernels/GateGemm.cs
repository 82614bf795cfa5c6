using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Linked;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// The matrix product of a layer's gate weights with the frames of a pass, followed by the cell's epilogue while the sums are in the
/// caches next to the core. Each unit owns one lane, and each of its sums one register of that lane, to which products are added in the
/// order of the inputs by fused multiply-add; sums of integers are exact in any order. So no bit depends on how frames, sessions,
/// panels and threads are grouped.
/// </summary>
internal static unsafe class GateGemm
{
    /// <summary>
    /// How many floats ahead of its loads a tile prefetches if it is the only one of its panel; memory is the limit then. Measured best
    /// of 1 to 16 KiB.
    /// </summary>
    public const int StreamDistance = 2048;

    /// <summary>
    /// How many panels are multiplied before their recurrences run interleaved. A recurrence is one long chain of dependent
    /// instructions; an out-of-order processor fills its gaps with those of the other panels.
    /// </summary>
    public const int GroupPanels = 8;

    // A multiple of every tile. The more frames a block has, the less often a group's weights are read.
    private const int BlockFrames = 64;

    // Frames times panels of a group: bounds its sums, so that they stay in the caches next to the core.
    private const int GroupFrames = 4 * BlockFrames;

    private const int MaxStackSegments = 4096;

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
    [SkipLocalsInit]
    public static void Run<TLanes, TKernel, TFormat>(PackedWeights weights, int firstPanel, int endPanel, in Pass pass)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        // A stack has room for any usual pass, but not for the 65,536 sessions that the largest limit allows.
        bool onStack = pass.Segments.Length <= MaxStackSegments;
        SegmentState* room = stackalloc SegmentState[onStack ? pass.Segments.Length : 0];
        SegmentState* segments = onStack
            ? room : (SegmentState*)NativeMemory.Alloc((nuint)pass.Segments.Length, (nuint)sizeof(SegmentState));
        nint frame = 0;
        for (int i = 0; i < pass.Segments.Length; i++)
        {
            segments[i] = new SegmentState
            {
                State = TKernel.HasState ? pass.StateOf(i) : null,
                Skip = pass.Skip + frame * pass.SkipStride,
                Outputs = pass.Outputs + frame * pass.OutputStride,
                Frames = pass.Segments[i].Frames,
            };
            frame += pass.Segments[i].Frames;
        }

        var call = new GemmCall
        {
            Weights = weights.View,
            FirstPanel = firstPanel,
            EndPanel = endPanel,
            Frames = pass.Frames,
            SegmentCount = pass.Segments.Length,
            Inputs = pass.Inputs,
            FrameScales = pass.FrameScales,
            SkipStride = pass.SkipStride,
            OutputStride = pass.OutputStride,
            Segments = segments,
        };
        Run<TLanes, TKernel, TFormat>(&call);
        if (!onStack)
            NativeMemory.Free(segments);
    }

    /// <summary>Multiplies panels with frames and advances their units.</summary>
    public static void Run<TLanes, TKernel, TFormat>(GemmCall* call)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        if (LinkedKernels.Has<TLanes>())
            LinkedKernels.Run<TLanes, TKernel, TFormat>(call);
        else
            RunPanels<TLanes, TKernel, TFormat>(call);
    }

    /// <summary>The kernel of <see cref="Run{TLanes, TKernel, TFormat}(GemmCall*)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void RunPanels<TLanes, TKernel, TFormat>(GemmCall* call)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        PanelView weights = call->Weights;
        bool onlyTile = TileFrames<TLanes, TKernel, TFormat>(call->Frames) == call->Frames;
        nint frameLength = weights.Rows * TFormat.WordsPerRow;
        bool inPairs = PanelPair.Suits<TLanes, TKernel, TFormat>(weights.Bytes, call->Frames);
        int groupPanels = Math.Min(GroupPanels, GroupFrames / Math.Min(BlockFrames, call->Frames));
        // The stack is aligned to 16 bytes only, and a load or store across two cache lines takes two steps.
        float* room = stackalloc float[GroupFrames * TKernel.Gates * TLanes.Count + AlignedBuffer.Alignment / sizeof(float)];
        float* sums = (float*)(((nint)room + AlignedBuffer.Alignment - 1) & -AlignedBuffer.Alignment);
        for (int panel = call->FirstPanel, panels; panel < call->EndPanel; panel += panels)
        {
            panels = Math.Min(groupPanels, call->EndPanel - panel);
            int segment = 0, remaining = call->Segments[0].Frames;
            for (int frame = 0, frames; frame < call->Frames; frame += frames)
            {
                frames = Math.Min(BlockFrames, call->Frames - frame);
                float* rows = weights.Data + panel * weights.PanelStride + weights.BiasesOffset;
                float* frameScales = TFormat.IsInteger ? call->FrameScales + frame : null;
                int paired = inPairs ? PanelPair.Multiply<TLanes, TKernel, TFormat>(in weights, rows, panels, call->Inputs, frames, sums) : 0;
                for (int i = paired; i < panels; i++)
                {
                    // After the group's last panel, its first panel is read again for the next block.
                    bool again = i == panels - 1 && frame + frames < call->Frames;
                    nint toNext = onlyTile ? 0 : again ? (1 - panels) * weights.PanelStride : weights.PanelStride;
                    PanelBlock.Multiply<TLanes, TKernel, TFormat>(
                        rows + i * weights.PanelStride, toNext, weights.Rows, call->Inputs + frame * frameLength, frameScales, frames,
                        sums + i * (nint)(frames * TKernel.Gates * TLanes.Count));
                }

                Epilogue.Run<TLanes, TKernel>(call, panel, panels, frame, frames, sums, ref segment, ref remaining);
            }
        }
    }

    /// <summary>
    /// The micro-kernel: multiplies rows of a panel with one tile of frames after the other. A tile's sums, one register per frame and
    /// gate, stay in registers from the first row to the last.
    /// </summary>
    /// <param name="start">[gate][lane]: initial values of the first frame's sums, usually the panel's biases.</param>
    /// <param name="startStride">Floats from there to the initial values of the next frame's sums; 0 if all frames have the same.</param>
    /// <param name="rows">The row before the first one to multiply.</param>
    /// <param name="depth">Rows to multiply, at least 1.</param>
    /// <param name="inputs">[tile][row of weights][word][frame]</param>
    /// <param name="inputsGap">Floats from the end of one tile's inputs to the next tile's: the inputs of the panel's other rows.</param>
    /// <param name="tiles">Number of tiles, at least 1.</param>
    /// <param name="sums">[frame][gate][lane]; may be the same memory as <paramref name="start"/>.</param>
    /// <param name="ahead">Where to prefetch, moving by <paramref name="aheadStep"/> floats per row.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void MultiplyTiles<TLanes, TKernel, TFrames, TFormat>(
        float* start, nint startStride, float* rows, int depth, float* inputs, nint inputsGap, int tiles, float* sums,
        float* ahead, nint aheadStep)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IGateCount
        where TFrames : struct, IFrameCount
        where TFormat : struct, IWeightFormat
    {
        int rowLength = TKernel.Gates * TLanes.Count;
        TLanes input = default;
        do
        {
            float* rowWeights = rows;
            int remaining = depth;
            var row = GateLanes<TLanes, TKernel>.Start<TFormat>(start);
            // Separate locals, because the JIT keeps an array, a span or an InlineArray in memory.
            GateLanes<TLanes, TKernel> s0 = row, s1 = row, s2 = row, s3 = row, s4 = row, s5 = row, s6 = row, s7 = row;
            if (startStride != 0)
            {
                if (TFrames.Value > 1)
                    s1 = GateLanes<TLanes, TKernel>.Start<TFormat>(start + startStride);
                if (TFrames.Value > 2)
                {
                    s2 = GateLanes<TLanes, TKernel>.Start<TFormat>(start + 2 * startStride);
                    s3 = GateLanes<TLanes, TKernel>.Start<TFormat>(start + 3 * startStride);
                }

                if (TFrames.Value > 4)
                {
                    s4 = GateLanes<TLanes, TKernel>.Start<TFormat>(start + 4 * startStride);
                    s5 = GateLanes<TLanes, TKernel>.Start<TFormat>(start + 5 * startStride);
                    s6 = GateLanes<TLanes, TKernel>.Start<TFormat>(start + 6 * startStride);
                    s7 = GateLanes<TLanes, TKernel>.Start<TFormat>(start + 7 * startStride);
                }
            }

            do
            {
                rowWeights += rowLength;
                row = GateLanes<TLanes, TKernel>.LoadFirst<TFormat>(rowWeights);
                GateLanes<TLanes, TKernel>.Prefetch(ahead);
                s0.AddProduct<TFrames, TFormat>(row, ref input, inputs, 0);
                if (TFrames.Value > 1)
                    s1.AddProduct<TFrames, TFormat>(row, ref input, inputs, 1);
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
                    // Written out again: a method for both words would be one more level to inline, too much for the JIT (see ILanes).
                    row = GateLanes<TLanes, TKernel>.LoadSecond<TFormat>(rowWeights);
                    s0.AddProduct<TFrames, TFormat>(row, ref input, inputs, 0);
                    if (TFrames.Value > 1)
                        s1.AddProduct<TFrames, TFormat>(row, ref input, inputs, 1);
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
            while (--remaining > 0);

            s0.Store(sums);
            if (TFrames.Value > 1)
                s1.Store(sums + rowLength);
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

            start += TFrames.Value * startStride;
            inputs += inputsGap;
            sums += TFrames.Value * rowLength;
        }
        while (--tiles > 0);
    }
}
