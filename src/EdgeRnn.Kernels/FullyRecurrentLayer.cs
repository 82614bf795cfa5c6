using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// A <see cref="FullyRecurrentCell"/> compiled for one width and one precision: one gate product for the inputs of a whole pass, then,
/// step by step, a gate product of the previous outputs. The sessions of a pass advance in lock step: step t multiplies the previous
/// outputs of all sessions that have a frame t in one reading of the recurrent weights.
/// </summary>
internal sealed unsafe class FullyRecurrentLayer<TLanes, TKernel, TFormat>(PackedWeights weights, PackedWeights recurrentWeights)
    : GateLayer(
        weights.Inputs, weights.Units, TKernel.Gates, weights.WorkPerFrame, TKernel.StateVectors, readsSkip: false,
        checked(TKernel.Gates * LanePadding.Pad(weights.Units) + LockStepLength(weights.Units)), weights.Bytes + recurrentWeights.Bytes)
    where TLanes : unmanaged, ILanes<TLanes>
    where TKernel : struct, IFullyRecurrentKernel
    where TFormat : struct, IWeightFormat
{
    /// <summary>Floats of scratch for packed inputs, and later for packed previous outputs.</summary>
    internal static int PackedLength(int frames, int inputs, int units) =>
        Math.Max(InputPacking.Length<TFormat>(frames, inputs), InputPacking.Length<TFormat>(frames, units));

    private protected override int PackedLength(int frames) => PackedLength(frames, Inputs, Units);

    private protected override void Run(
        FrameRows inputs, FrameRows skip, FrameRows outputs, int frames, ReadOnlySpan<Segment> segments, int stateOffset,
        AlignedBuffer scratch, PanelShare? share)
    {
        float* packed = scratch.Pointer, sums = packed + LanePadding.Pad(PackedLength(frames));
        var pass = new Pass
        {
            Frames = frames,
            Inputs = InputPacking.Pack<TLanes, SumsKernel<TKernel>, TFormat>(
                inputs.Buffer.Pointer, inputs.Stride, frames, Inputs, packed),
            FrameScales = TFormat.IsInteger ? packed + InputPacking.ScalesOffset<TFormat>(frames, Inputs) : null,
            Skip = null,
            SkipStride = 0,
            Outputs = sums,
            OutputStride = TKernel.Gates * LanePadding.Pad(Units),
            Segments = segments,
            StateOffset = stateOffset,
        };
        SharedGemm.Run<TLanes, SumsKernel<TKernel>, TFormat>(this, weights, in pass, share);
        float* lockStep = sums + frames * pass.OutputStride;
        Advance(recurrentWeights, sums, segments, stateOffset, outputs.Buffer.Pointer, outputs.Stride, packed, lockStep);
    }

    internal override void RunChunks(int first, int end, PanelOffer offer, PanelSlot slot) =>
        SharedGemm.Fill<TLanes, SumsKernel<TKernel>, TFormat>(weights, first, end, offer, slot);

    private protected override void Free()
    {
        weights.Dispose();
        recurrentWeights.Dispose();
    }

    /// <summary>Floats of scratch per session that <see cref="Advance"/> needs in addition to the packed frames.</summary>
    internal static int LockStepLength(int units) =>
        LanePadding.Pad(units) + LanePadding.Pad((sizeof(SegmentState) + sizeof(int)) / sizeof(float));

    /// <summary>Advances all sessions by all their frames, step by step.</summary>
    /// <param name="inputSums">[frame][gate][unit]: biases and products with the inputs; a gate's padded units are a plane.</param>
    /// <param name="packed">Scratch for the packed previous outputs of all sessions.</param>
    /// <param name="lockStep"><see cref="LockStepLength"/> floats of scratch per session.</param>
    internal static void Advance(
        PackedWeights recurrentWeights, float* inputSums, ReadOnlySpan<Segment> segments, int stateOffset, float* output,
        nint outputStride, float* packed, float* lockStep)
    {
        int units = recurrentWeights.Units, plane = LanePadding.Pad(units), sessions = segments.Length;
        nint sumsStride = TKernel.Gates * plane;
        float* previous = lockStep; // [session][unit]
        var states = (SegmentState*)(previous + sessions * (nint)plane);
        int* remaining = (int*)(states + sessions);
        for (int i = 0; i < sessions; i++)
        {
            (AlignedBuffer state, int frames) = segments[i];
            states[i] = new SegmentState { State = state.Pointer + stateOffset, Skip = inputSums, Outputs = output, Frames = 1 };
            remaining[i] = frames;
            inputSums += frames * sumsStride;
            output += frames * outputStride;
        }

        while (sessions > 0)
        {
            for (int i = 0; i < sessions; i++)
                new ReadOnlySpan<float>(states[i].State, units).CopyTo(new Span<float>(previous + i * (nint)plane, units));
            var step = new GemmCall
            {
                Weights = recurrentWeights.View,
                FirstPanel = 0,
                EndPanel = recurrentWeights.Panels,
                Frames = sessions,
                SegmentCount = sessions,
                Inputs = InputPacking.Pack<TLanes, TKernel, TFormat>(previous, plane, sessions, units, packed),
                FrameScales = TFormat.IsInteger ? packed + InputPacking.ScalesOffset<TFormat>(sessions, units) : null,
                SkipStride = sumsStride,
                OutputStride = outputStride,
                Segments = states,
            };
            GateGemm.Run<TLanes, TKernel, TFormat>(&step);
            sessions = KeepUnfinished(states, remaining, sessions, sumsStride, outputStride);
        }
    }

    /// <summary>Moves sessions to their next frame, and drops those that have none.</summary>
    /// <returns>The number of sessions left.</returns>
    private static int KeepUnfinished(SegmentState* states, int* remaining, int sessions, nint sumsStride, nint outputStride)
    {
        int kept = 0;
        for (int i = 0; i < sessions; i++)
        {
            if (remaining[i] == 1)
                continue;
            SegmentState next = states[i];
            next.Skip += sumsStride;
            next.Outputs += outputStride;
            states[kept] = next;
            remaining[kept] = remaining[i] - 1;
            kept++;
        }

        return kept;
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
    public static void ActivateGates<TLanes>(float* sums, float* constants, float* state, float* skip, nint skipPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLanes>(
        float* sums, float* constants, float* state, float* skip, nint skipPlane, float* output, nint outputPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int gate = 0; gate < TGates.Gates; gate++)
            TLanes.Load(sums + gate * TLanes.Count).Store(output + gate * outputPlane);
    }
}
