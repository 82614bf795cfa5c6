using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// The functions that the harness calls. There is no runtime below them, so an entry takes its operands as plain pointers, and calls what
/// the layers call after checking their arguments. Rows have the stride of <see cref="LanePadding"/>.
/// </summary>
internal static unsafe class Entries
{
    /// <summary>Where the layer's state begins: after that of another layer.</summary>
    private const int StateOffset = LanePadding.Units;

    /// <summary>The only managed object that the harness passes in: a buffer in its guarded memory.</summary>
    public static AlignedBuffer Wrap(float* memory, int length) => new(memory, length);

    public static void Gate<TLanes, TKernel>(GateCall* call)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel => Gate<TLanes, TKernel, SingleWeights>(call);

    /// <summary>One pass through a layer, with the frames of one or two sessions.</summary>
    public static void Gate<TLanes, TKernel, TFormat>(GateCall* call)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, ICellKernel
        where TFormat : struct, IWeightFormat
    {
        (int inputs, int units, int frames) = ((int)call->Inputs, (int)call->Units, (int)call->Frames);
        var weights = PackedWeights.Pack<TLanes, TFormat>(
            new(call->Weights, TKernel.Gates * units * inputs), new(call->Biases, TKernel.Gates * units),
            new(call->Constants, (int)call->ConstantRows * units), TKernel.Gates, units, inputs,
            Unsafe.As<nint, Func<int, AlignedBuffer>>(ref call->Allocate));

        int stateLength = StateOffset + LanePadding.Pad(units), framesOfFirst = (int)call->FramesOfFirst;
        ReadOnlySpan<Segment> segments =
            [new(Wrap(call->FirstState, stateLength), framesOfFirst), new(Wrap(call->SecondState, stateLength), frames - framesOfFirst)];
        nint inputStride = LanePadding.Pad(inputs), unitStride = LanePadding.Pad(units);
        var pass = new Pass
        {
            Frames = frames,
            Inputs = InputPacking.Pack<TLanes, TKernel, TFormat>(call->InputRows, inputStride, frames, inputs, call->Scratch),
            FrameScales = TFormat.IsInteger ? call->Scratch + InputPacking.ScalesOffset<TFormat>(frames, inputs) : null,
            Skip = TKernel.ReadsSkip ? call->SkipRows : null,
            SkipStride = unitStride,
            Outputs = call->OutputRows,
            OutputStride = unitStride,
            Segments = framesOfFirst < frames ? segments : segments[..1],
            StateOffset = StateOffset,
        };
        GateGemm.Run<TLanes, TKernel, TFormat>(weights, 0, weights.Panels, in pass);
    }

    public static void FullyRecurrent<TLanes, TKernel>(FullyRecurrentCall* call)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IFullyRecurrentKernel => FullyRecurrent<TLanes, TKernel, SingleWeights>(call);

    /// <summary>One pass through a fully recurrent layer, with the frames of one or two sessions.</summary>
    public static void FullyRecurrent<TLanes, TKernel, TFormat>(FullyRecurrentCall* call)
        where TLanes : unmanaged, ILanes<TLanes>
        where TKernel : struct, IFullyRecurrentKernel
        where TFormat : struct, IWeightFormat
    {
        (int inputs, int units, int frames) = ((int)call->Inputs, (int)call->Units, (int)call->Frames);
        Func<int, AlignedBuffer> allocate = Unsafe.As<nint, Func<int, AlignedBuffer>>(ref call->Allocate);
        var weights = PackedWeights.Pack<TLanes, TFormat>(
            new(call->Weights, TKernel.Gates * units * inputs), new(call->Biases, TKernel.Gates * units), default,
            TKernel.Gates, units, inputs, allocate);
        var recurrentWeights = PackedWeights.Pack<TLanes, TFormat>(
            new(call->RecurrentWeights, TKernel.Gates * units * units), new(call->RecurrentBiases, TKernel.Gates * units), default,
            TKernel.Gates, units, units, allocate);

        nint unitStride = LanePadding.Pad(units);
        int stateLength = StateOffset + TKernel.StateVectors * (int)unitStride, framesOfFirst = (int)call->FramesOfFirst;
        ReadOnlySpan<Segment> both =
            [new(Wrap(call->FirstState, stateLength), framesOfFirst), new(Wrap(call->SecondState, stateLength), frames - framesOfFirst)];
        ReadOnlySpan<Segment> segments = framesOfFirst < frames ? both : both[..1];
        float* packed = call->Scratch;
        float* sums = packed + LanePadding.Pad(FullyRecurrentLayer<TLanes, TKernel, TFormat>.PackedLength(frames, inputs, units));
        var pass = new Pass
        {
            Frames = frames,
            Inputs = InputPacking.Pack<TLanes, SumsKernel<TKernel>, TFormat>(
                call->InputRows, LanePadding.Pad(inputs), frames, inputs, packed),
            FrameScales = TFormat.IsInteger ? packed + InputPacking.ScalesOffset<TFormat>(frames, inputs) : null,
            Skip = null,
            SkipStride = 0,
            Outputs = sums,
            OutputStride = TKernel.Gates * unitStride,
            Segments = segments,
            StateOffset = StateOffset,
        };
        GateGemm.Run<TLanes, SumsKernel<TKernel>, TFormat>(weights, 0, weights.Panels, in pass);
        FullyRecurrentLayer<TLanes, TKernel, TFormat>.Advance(
            recurrentWeights, sums, segments, StateOffset, call->OutputRows, unitStride, packed, sums + frames * pass.OutputStride);
    }

    public static void Normalize<TLanes>(LayerNormCall* call) where TLanes : unmanaged, ILanes<TLanes>
    {
        int units = (int)call->Units, stride = LanePadding.Pad(units);
        int divisor = (LayerNormVariance)call->Variance == LayerNormVariance.Biased ? units : units - 1;
        for (nint row = 0; row < call->Frames * stride; row += stride)
        {
            LayerNorm<TLanes>.Normalize(
                call->InputRows + row, call->OutputRows + row, call->Gain, call->Bias, units, divisor, *call->Epsilon);
        }
    }

    public static void Softmax<TLanes>(SoftmaxCall* call) where TLanes : unmanaged, ILanes<TLanes>
    {
        int units = (int)call->Units, stride = LanePadding.Pad(units);
        for (nint row = 0; row < call->Frames * stride; row += stride)
            FrameMath.Softmax<TLanes>(call->Rows + row, units);
    }

    /// <summary>One frame of a client, without padding.</summary>
    public static void Standardize<TLanes>(StandardizeCall* call) where TLanes : unmanaged, ILanes<TLanes> =>
        FrameMath.Standardize<TLanes>(call->Frame, call->Mean, call->Deviation, call->Row, (int)call->Size);
}

// The operands as the harness lays them out: its allocator, then the sizes and the buffers in the order of the case file.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GateCall
{
    public nint Allocate, Inputs, Units, Frames, FramesOfFirst, ConstantRows;
    public float* Weights, Biases, Constants, InputRows, SkipRows, Scratch, FirstState, SecondState, OutputRows;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FullyRecurrentCall
{
    public nint Allocate, Inputs, Units, Frames, FramesOfFirst;
    public float* Weights, Biases, RecurrentWeights, RecurrentBiases, InputRows, Scratch, FirstState, SecondState, OutputRows;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LayerNormCall
{
    public nint Allocate, Units, Frames, Variance;
    public float* Gain, Bias, Epsilon, InputRows, OutputRows;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SoftmaxCall
{
    public nint Allocate, Units, Frames;
    public float* Rows;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StandardizeCall
{
    public nint Allocate, Size;
    public float* Frame, Mean, Deviation, Row;
}
