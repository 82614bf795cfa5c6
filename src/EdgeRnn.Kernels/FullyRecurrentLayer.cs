using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// A dense cell for one width: one gate product for the inputs of a whole pass, then frame by frame the product with the last
/// outputs. A sum begins with its bias and adds the inputs' products in their order, then the last outputs' in theirs, all in
/// one chain of fused products, so that no bit depends on the length of a block.
/// </summary>
internal sealed unsafe class FullyRecurrentLayer<TLanes, TKernel>(PackedWeights weights, PackedWeights feedback)
    : GateLayer(
        weights.Inputs, weights.Units, TKernel.Gates, weights.WorkPerFrame, TKernel.HasCellState ? 2 : 1, readsSkip: false,
        sumsStride: checked(TKernel.Gates * LanePadding.Pad(weights.Units)), weights.Bytes + feedback.Bytes)
    where TLanes : unmanaged, ILanes<TLanes>
    where TKernel : struct, IFullyRecurrentKernel
{
    private protected override int PackedLength(int frames) => InputPacking.Length<SingleWeights>(frames, Inputs);

    private protected override void Run(
        FrameRows inputs, FrameRows skip, FrameRows outputs, int frames, ReadOnlySpan<Segment> segments, int stateOffset,
        AlignedBuffer scratch, PanelShare? share)
    {
        float* sums = scratch.Pointer + LanePadding.Pad(PackedLength(frames));
        var pass = new Pass
        {
            Frames = frames,
            Inputs = InputPacking.Pack<TLanes, SumsKernel<TKernel>, SingleWeights>(
                inputs.Buffer.Pointer, inputs.Stride, frames, Inputs, scratch.Pointer),
            FrameScales = null,
            Skip = null,
            SkipStride = 0,
            Outputs = sums,
            OutputStride = TKernel.Gates * LanePadding.Pad(Units),
            Segments = segments,
            StateOffset = stateOffset,
        };
        SharedGemm.Run<TLanes, SumsKernel<TKernel>, SingleWeights>(this, weights, in pass, share);
        Advance(feedback, sums, segments, stateOffset, outputs.Buffer.Pointer, outputs.Stride);
    }

    internal override void RunPanels(int first, int end, PanelOffer offer, PanelSlot slot) =>
        SharedGemm.Fill<TLanes, SumsKernel<TKernel>, SingleWeights>(weights, first, end, offer, slot);

    private protected override void Free()
    {
        weights.Dispose();
        feedback.Dispose();
    }

    /// <summary>Takes each session through its frames.</summary>
    /// <param name="inputSums">[frame][gate][unit], a plane per gate.</param>
    internal static void Advance(
        PackedWeights feedback, float* inputSums, ReadOnlySpan<Segment> segments, int stateOffset, float* output, nint outputStride)
    {
        int units = feedback.Units, plane = LanePadding.Pad(units);
        foreach ((AlignedBuffer state, int own) in segments)
        {
            float* h = state.Pointer + stateOffset, last = h;
            for (int frame = 0; frame < own; frame++)
            {
                Step(feedback, inputSums, plane, last, h + plane, output);
                last = output;
                inputSums += TKernel.Gates * plane;
                output += outputStride;
            }

            new ReadOnlySpan<float>(last, units).CopyTo(new Span<float>(h, units));
        }
    }

    /// <summary>Takes all units of one session through one frame.</summary>
    /// <param name="inputSums">[gate][unit], a plane per gate.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Step(PackedWeights feedback, float* inputSums, int plane, float* last, float* cell, float* output)
    {
        float* sums = stackalloc float[TKernel.Gates * TLanes.Count];
        for (int panel = 0; panel < feedback.Panels; panel++)
        {
            float* rows = feedback.Data + panel * feedback.PanelStride;
            int unit = panel * TLanes.Count;
            for (int gate = 0; gate < TKernel.Gates; gate++)
            {
                float* start = gate < TKernel.JoinedGates ? inputSums + gate * plane + unit : rows + gate * TLanes.Count;
                TLanes.Load(start).Store(sums + gate * TLanes.Count);
            }

            GateGemm.MultiplyTiles<TLanes, TKernel, OneFrame, SingleWeights>(
                sums, 0, rows, feedback.Rows, last, 0, 1, sums, rows + GateGemm.StreamDistance, TKernel.Gates * TLanes.Count);
            TKernel.Step<TLanes>(sums, inputSums + TKernel.JoinedGates * plane + unit, last + unit, cell + unit, output + unit);
        }
    }
}

/// <summary>Leaves the gate sums as they are: a row of outputs is one plane of units per gate.</summary>
internal readonly unsafe struct SumsKernel<TGates> : ICellKernel
    where TGates : struct, IGateCount
{
    public static int Gates => TGates.Gates;
    public static bool HasState => false;
    public static bool ReadsSkip => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateGates<TLanes>(float* sums, float* constants, float* state) where TLanes : unmanaged, ILanes<TLanes> { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLanes>(float* sums, float* constants, float* state, float* skip, float* output, nint outputStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        nint plane = outputStride / TGates.Gates;
        for (int gate = 0; gate < TGates.Gates; gate++)
            TLanes.Load(sums + gate * TLanes.Count).Store(output + gate * plane);
    }
}
