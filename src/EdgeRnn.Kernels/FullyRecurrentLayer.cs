using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Linked;
using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// A <see cref="FullyRecurrentCell"/> compiled for one width: one gate product for the inputs of a whole pass, then, frame by frame,
/// the product with the previous outputs. A sum begins with its bias; the products with the inputs and then those with the previous
/// outputs are added in their order by fused multiply-add. It is one chain, so no bit depends on the length of a block.
/// </summary>
internal sealed unsafe class FullyRecurrentLayer<TLanes, TKernel>(PackedWeights weights, PackedWeights recurrentWeights)
    : GateLayer(
        weights.Inputs, weights.Units, TKernel.Gates, weights.WorkPerFrame, TKernel.HasCellState ? 2 : 1, readsSkip: false,
        sumsStride: checked(TKernel.Gates * LanePadding.Pad(weights.Units)), weights.Bytes + recurrentWeights.Bytes)
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
        Advance(recurrentWeights, sums, segments, stateOffset, outputs.Buffer.Pointer, outputs.Stride);
    }

    internal override void RunChunks(int first, int end, PanelOffer offer, PanelSlot slot) =>
        SharedGemm.Fill<TLanes, SumsKernel<TKernel>, SingleWeights>(weights, first, end, offer, slot);

    private protected override void Free()
    {
        weights.Dispose();
        recurrentWeights.Dispose();
    }

    /// <summary>Advances each session through its frames.</summary>
    /// <param name="inputSums">[frame][gate][unit]: biases and products with the inputs; a gate's padded units are a plane.</param>
    internal static void Advance(
        PackedWeights recurrentWeights, float* inputSums, ReadOnlySpan<Segment> segments, int stateOffset, float* output, nint outputStride)
    {
        int units = recurrentWeights.Units, plane = LanePadding.Pad(units);
        PanelView weights = recurrentWeights.View;
        foreach ((AlignedBuffer state, int frames) in segments)
        {
            float* h = state.Pointer + stateOffset, previous = h;
            for (int frame = 0; frame < frames; frame++)
            {
                if (LinkedKernels.Has<TLanes>())
                    LinkedKernels.Step<TLanes, TKernel>(&weights, inputSums, plane, previous, h + plane, output);
                else
                    Step(&weights, inputSums, plane, previous, h + plane, output);
                previous = output;
                inputSums += TKernel.Gates * plane;
                output += outputStride;
            }

            new ReadOnlySpan<float>(previous, units).CopyTo(new Span<float>(h, units));
        }
    }

    /// <summary>Advances all units of one session by one frame.</summary>
    /// <param name="inputSums">[gate][unit]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Step(PanelView* weights, float* inputSums, int plane, float* previous, float* cell, float* output)
    {
        float* sums = stackalloc float[TKernel.Gates * TLanes.Count];
        for (int panel = 0; panel < weights->Panels; panel++)
        {
            float* rows = weights->Data + panel * weights->PanelStride;
            int unit = panel * TLanes.Count;
            for (int gate = 0; gate < TKernel.Gates; gate++)
            {
                float* start = gate < TKernel.JoinedGates ? inputSums + gate * plane + unit : rows + gate * TLanes.Count;
                TLanes.Load(start).Store(sums + gate * TLanes.Count);
            }

            GateGemm.MultiplyTiles<TLanes, TKernel, OneFrame, SingleWeights>(
                sums, 0, rows, weights->Rows, previous, 0, 1, sums, rows + GateGemm.StreamDistance, TKernel.Gates * TLanes.Count);
            TKernel.Step<TLanes>(sums, inputSums + TKernel.JoinedGates * plane + unit, previous + unit, cell + unit, output + unit);
        }
    }
}

/// <summary>An epilogue that stores the gate sums as they are: a row of outputs is [gate][unit].</summary>
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
