using System.Diagnostics;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Sharing;

/// <summary>A layer's gate product and epilogue, with the help of other threads if that is worthwhile.</summary>
internal static unsafe class SharedGemm
{
    /// <summary>Multiplies all panels with a pass's frames and advances their units.</summary>
    /// <param name="share">Null to use this thread only.</param>
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

        share.Open(layer, in pass, TKernel.HasState);
        try
        {
            long fastest = long.MaxValue;
            while (share.TryClaim(out int first, out int end))
            {
                long start = Stopwatch.GetTimestamp();
                Compute<TLanes, TKernel, TFormat>(weights, first, end, in pass, share);
                fastest = Math.Min(fastest, (Stopwatch.GetTimestamp() - start) / (end - first));
                Collect<TLanes, TKernel>(layer, weights, in pass, share);
            }

            WaitForHelpers<TLanes, TKernel>(layer, weights, in pass, share, fastest);
            for (int chunk = 0; share.Unfinished > 0; chunk++)
            {
                if (share.IsFinished(chunk))
                    continue;
                Compute<TLanes, TKernel, TFormat>(weights, chunk, chunk + 1, in pass, share);
                Collect<TLanes, TKernel>(layer, weights, in pass, share);
            }
        }
        finally
        {
            share.Close();
        }
    }

    /// <summary>Computes the chunks [first, end) of an offered pass into a slot.</summary>
    public static void Fill<TLanes, TKernel, TFormat>(PackedWeights weights, int first, int end, PanelOffer offer, PanelSlot slot)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        // The slot has only the units of the claim, but the kernels add the index among all units: hence "- unit" below.
        int unit = first * LanePadding.Units, width = (end - first) * LanePadding.Units;
        var pass = new Pass
        {
            Frames = offer.Frames,
            Inputs = (float*)offer.Inputs,
            FrameScales = (float*)offer.FrameScales,
            Skip = (float*)offer.Skip,
            SkipStride = offer.SkipStride,
            Outputs = slot.Outputs - unit,
            OutputStride = offer.Layer.Planes * width,
            Segments = slot.Segments.AsSpan(0, offer.Segments),
            StateOffset = 0,
            States = slot.States - unit,
            StatesStride = width,
        };
        GateGemm.Run<TLanes, TKernel, TFormat>(weights, FirstPanel<TLanes>(first), EndPanel<TLanes>(weights, end - 1), in pass);
    }

    private static int FirstPanel<TLanes>(int chunk) where TLanes : unmanaged, ILanes<TLanes> =>
        chunk * (LanePadding.Units / TLanes.Count);

    private static int EndPanel<TLanes>(PackedWeights weights, int chunk) where TLanes : unmanaged, ILanes<TLanes> =>
        Math.Min(FirstPanel<TLanes>(chunk + 1), weights.Panels);

    private static void Compute<TLanes, TKernel, TFormat>(PackedWeights weights, int first, int end, in Pass pass, PanelShare share)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        GateGemm.Run<TLanes, TKernel, TFormat>(weights, FirstPanel<TLanes>(first), EndPanel<TLanes>(weights, end - 1), in pass);
        for (int chunk = first; chunk < end; chunk++)
            share.TryFinish(chunk);
    }

    /// <summary>Copies the results of helpers, and releases their slots.</summary>
    public static void Collect<TLanes, TKernel>(GateLayer layer, PackedWeights weights, in Pass pass, PanelShare share)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        while (share.FindFilled() is { } slot)
        {
            for (int chunk = slot.First, end; chunk < slot.End; chunk = end)
            {
                end = chunk + 1;
                if (!share.TryFinish(chunk))
                    continue;
                while (end < slot.End && share.TryFinish(end))
                    end++;
                int unit = chunk * LanePadding.Units;
                Copy(slot, unit, EndPanel<TLanes>(weights, end - 1) * TLanes.Count - unit, layer.Planes, in pass, TKernel.HasState);
            }

            slot.Release();
        }
    }

    /// <summary>Copies the outputs and states of <paramref name="units"/> units from a slot.</summary>
    private static void Copy(PanelSlot slot, int firstUnit, int units, int planes, in Pass pass, bool hasState)
    {
        int width = (slot.End - slot.First) * LanePadding.Units, before = firstUnit - slot.First * LanePadding.Units;
        float* from = slot.Outputs + before;
        for (int frame = 0; frame < pass.Frames; frame++)
        {
            float* to = pass.Outputs + frame * pass.OutputStride + firstUnit;
            for (int plane = 0; plane < planes; plane++, from += width, to += pass.OutputStride / planes)
                new ReadOnlySpan<float>(from, units).CopyTo(new Span<float>(to, units));
        }

        for (int i = 0; hasState && i < pass.Segments.Length; i++)
        {
            new ReadOnlySpan<float>(slot.States + (nint)i * width + before, units)
                .CopyTo(new Span<float>(pass.StateOf(i) + firstUnit, units));
        }
    }

    /// <summary>
    /// Waits for helpers, but no longer than it would take to compute their chunks: a helper that is running ends sooner, and one that
    /// was preempted may be away for milliseconds.
    /// </summary>
    /// <param name="fastest">Ticks of the fastest chunk; <see cref="long.MaxValue"/> if this thread has computed none.</param>
    private static void WaitForHelpers<TLanes, TKernel>(
        GateLayer layer, PackedWeights weights, in Pass pass, PanelShare share, long fastest)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        if (fastest == long.MaxValue)
            return;
        long end = Stopwatch.GetTimestamp() + fastest * (share.Unfinished + 1);
        while (share.Unfinished > 0 && Stopwatch.GetTimestamp() < end)
        {
            Thread.SpinWait(2);
            Collect<TLanes, TKernel>(layer, weights, in pass, share);
        }
    }
}
