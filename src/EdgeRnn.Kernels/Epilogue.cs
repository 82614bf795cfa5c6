using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels;

/// <summary>What follows the gate product: activations and recurrence of the cell, for every unit and frame.</summary>
internal static unsafe class Epilogue
{
    /// <summary>Advances a group of panels through a block of frames, each segment of it with the state of its session.</summary>
    /// <param name="sums">[panel][frame][gate][lane]</param>
    /// <param name="segment">The segment of the block's first frame; on return, of the frame after the block.</param>
    /// <param name="remaining">The frames of that segment that are not computed yet; updated likewise.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TKernel>(
        GemmCall* call, int panel, int panels, int frame, int frames, float* sums, ref int segment, ref int remaining)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        int unit = panel * TLanes.Count, sumsLength = TKernel.Gates * TLanes.Count;
        nint sumsStride = frames * sumsLength;
        float* constants = call->Weights.Data + panel * call->Weights.PanelStride;
        for (int end = frame + frames, run; frame < end; frame += run)
        {
            run = Math.Min(end - frame, remaining);
            SegmentState* session = call->Segments + segment;
            nint done = session->Frames - remaining;
            float* state = TKernel.HasState ? session->State + unit : null;
            float* skip = TKernel.ReadsSkip ? session->Skip + done * call->SkipStride + unit : null;
            float* output = session->Outputs + done * call->OutputStride + unit;
            Advance<TLanes, TKernel>(
                panels, run, sums, sumsStride, constants, call->Weights.PanelStride, state, skip, call->SkipStride, output, call->OutputStride);
            sums += run * sumsLength;
            remaining -= run;
            if (remaining == 0 && ++segment < call->SegmentCount)
                remaining = call->Segments[segment].Frames;
        }
    }

    /// <summary>
    /// Advances panels through consecutive frames of one session. All panels complete one half of a frame before any begins the next
    /// half: a processor's reorder window is large enough to overlap halves, but not whole frames.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Advance<TLanes, TKernel>(
        int panels, int frames, float* sums, nint sumsStride, float* constants, nint constantsStride, float* state,
        float* skip, nint skipStride, float* output, nint outputStride)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
    {
        nint lanes = panels * TLanes.Count, skipPlane = skipStride / TKernel.Gates, outputPlane = outputStride / TKernel.Gates;
        for (; frames > 0; frames--)
        {
            float* panelSums = sums, panelConstants = constants;
            for (nint lane = 0; lane < lanes; lane += TLanes.Count)
            {
                TKernel.ActivateGates<TLanes>(panelSums, panelConstants, state + lane, skip + lane, skipPlane);
                panelSums += sumsStride;
                panelConstants += constantsStride;
            }

            panelSums = sums;
            panelConstants = constants;
            for (nint lane = 0; lane < lanes; lane += TLanes.Count)
            {
                TKernel.Advance<TLanes>(
                    panelSums, panelConstants, state + lane, skip + lane, skipPlane, output + lane, outputPlane);
                panelSums += sumsStride;
                panelConstants += constantsStride;
            }

            sums += TKernel.Gates * TLanes.Count;
            skip += skipStride;
            output += outputStride;
        }
    }
}
