using System.Diagnostics;

namespace EdgeRnn.Kernels;

/// <summary>A layer's gate product and epilogue with the help of other threads, where it is worth it.</summary>
internal static unsafe class SharedGemm
{
    /// <summary>Multiplies all panels with a pass's frames and advances their units.</summary>
    /// <param name="share">Null: on this thread alone.</param>
    public static void Run<TLanes, TKernel, TFormat>(GateLayer layer, PackedWeights weights, in Pass pass, PanelShare? share)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        if (share is null || !share.IsWorthwhile(layer, pass.Frames))
        {
            GateGemm.Run<TLanes, TKernel, TFormat>(weights, 0, weights.Panels, in pass);
            return;
        }
        share.Open(new PanelProduct(layer, (nint)pass.Inputs, (nint)pass.FrameScales, pass.Frames));
        try
        {
            long fastest = long.MaxValue;
            while (share.TryClaim(out int first, out int end))
            {
                long start = Stopwatch.GetTimestamp();
                Compute<TLanes, TKernel, TFormat>(weights, first, end, in pass, share);
                fastest = Math.Min(fastest, (Stopwatch.GetTimestamp() - start) / (end - first));
                Collect<TLanes, TKernel>(weights, in pass, share);
            }
            Await<TLanes, TKernel>(weights, in pass, share, fastest);
            for (int run = 0; share.Unfinished > 0; run++)
            {
                if (share.IsFinished(run)) continue;
                Compute<TLanes, TKernel, TFormat>(weights, run, run + 1, in pass, share);
                Collect<TLanes, TKernel>(weights, in pass, share);
            }
        }
        finally
        {
            share.Close();
        }
    }

    /// <summary>Multiplies the runs [first, end) of panels without advancing their units.</summary>
    /// <param name="sums">[panel][frame][gate][lane]</param>
    public static void Multiply<TLanes, TKernel, TFormat>(PackedWeights weights, int first, int end, PanelProduct product, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        nint sumsLength = product.Frames * TKernel.Gates * TLanes.Count;
        bool onlyTile = GateGemm.TileFrames<TLanes, TKernel, TFormat>(product.Frames) == product.Frames;
        int endPanel = EndPanel<TLanes>(weights, end - 1);
        for (int panel = FirstPanel<TLanes>(first); panel < endPanel; panel++, sums += sumsLength)
        {
            GateGemm.MultiplyBlock<TLanes, TKernel, TFormat>(
                weights.Data + panel * weights.PanelStride + weights.BiasesOffset, onlyTile ? 0 : weights.PanelStride, weights.Rows,
                (float*)product.Inputs, (float*)product.FrameScales, product.Frames, sums);
        }
    }

    private static int FirstPanel<TLanes>(int run) where TLanes : unmanaged, ILanes<TLanes> => run * (LanePadding.Units / TLanes.Count);

    private static int EndPanel<TLanes>(PackedWeights weights, int run) where TLanes : unmanaged, ILanes<TLanes>
        => Math.Min(FirstPanel<TLanes>(run + 1), weights.Panels);

    private static void Compute<TLanes, TKernel, TFormat>(PackedWeights weights, int first, int end, in Pass pass, PanelShare share)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        GateGemm.Run<TLanes, TKernel, TFormat>(weights, FirstPanel<TLanes>(first), EndPanel<TLanes>(weights, end - 1), in pass);
        for (int run = first; run < end; run++) share.TryFinish(run);
    }

    /// <summary>Takes what helpers have multiplied through the cell.</summary>
    public static void Collect<TLanes, TKernel>(PackedWeights weights, in Pass pass, PanelShare share)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        while (share.Filled() is { } slot)
        {
            for (int run = slot.First, end; run < slot.End; run = end)
            {
                end = run + 1;
                if (!share.TryFinish(run)) continue;
                while (end < slot.End && share.TryFinish(end)) end++;
                nint before = (run - slot.First) * LanePadding.Units;
                Advance<TLanes, TKernel>(weights, run, end, share.SumsOf(slot) + before * TKernel.Gates * pass.Frames, in pass);
            }
            slot.GiveBack();
        }
    }

    /// <summary>Takes the runs [first, end) of panels through the cell, as many side by side as in a pass of one thread.</summary>
    /// <param name="sums">[panel][frame][gate][lane]</param>
    private static void Advance<TLanes, TKernel>(PackedWeights weights, int first, int end, float* sums, in Pass pass)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        int endPanel = EndPanel<TLanes>(weights, end - 1);
        for (int panel = FirstPanel<TLanes>(first), panels; panel < endPanel; panel += panels)
        {
            panels = Math.Min(GateGemm.GroupPanels, endPanel - panel);
            int segment = 0, remaining = pass.Segments[0].Frames;
            Epilogue.Run<TLanes, TKernel>(weights, panel, panels, 0, pass.Frames, sums, in pass, ref segment, ref remaining);
            sums += panels * (nint)(pass.Frames * TKernel.Gates * TLanes.Count);
        }
    }

    /// <summary>
    /// Waits for helpers no longer than computing their runs would take: one that is running ends sooner, one that lost its core may be
    /// away for milliseconds.
    /// </summary>
    /// <param name="fastest">Ticks that a run took, or <see cref="long.MaxValue"/> where this thread has computed none.</param>
    private static void Await<TLanes, TKernel>(PackedWeights weights, in Pass pass, PanelShare share, long fastest)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        if (fastest == long.MaxValue) return;
        long end = Stopwatch.GetTimestamp() + fastest * (share.Unfinished + 1);
        while (share.Unfinished > 0 && Stopwatch.GetTimestamp() < end)
        {
            Thread.SpinWait(10);
            Collect<TLanes, TKernel>(weights, in pass, share);
        }
    }
}
