using System.Runtime.CompilerServices;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Reference;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>
/// The parts of an SRU layer's time, with its weights in the caches: packing the frames in the order of the tiles, and the gate product
/// without and with the recurrence. The recurrence is the difference of the two; the rest of the layer's time is overhead.
/// </summary>
internal abstract class LayerParts : IDisposable
{
    public abstract ISampled Packing { get; }

    public abstract ISampled Product { get; }

    public abstract ISampled ProductAndRecurrence { get; }

    public abstract void Dispose();
}

internal sealed unsafe class LayerParts<TLanes> : LayerParts where TLanes : unmanaged, ILanes<TLanes>
{
    private const int SruGates = 3;

    private readonly PackedWeights _weights;
    private readonly AlignedBuffer _frameRows, _packed, _skip, _outputs;
    private readonly Segment[] _segments;
    private readonly float* _packedFrames;
    private readonly int _frames, _stride;

    public LayerParts(LayerProblem problem, int frames)
    {
        int units = problem.Hidden;
        _frames = frames;
        _stride = LanePadding.Pad(units);
        _weights = PackedWeights.Pack<TLanes, SingleWeights>(
            ((SruCase)problem.Cell).GateWeights, new float[SruGates * units], new float[SruConstants.Count * units],
            SruGates, units, units, length => new AlignedBuffer(length));
        _frameRows = new AlignedBuffer(frames * _stride);
        for (int frame = 0; frame < frames; frame++)
            problem.Frames(0, frames).Slice(frame * units, units).CopyTo(_frameRows.Span[(frame * _stride)..]);
        _packed = new AlignedBuffer(InputPacking.Length<SingleWeights>(frames, units));
        _packedFrames = Pack();
        _skip = new AlignedBuffer(frames * _stride);
        _outputs = new AlignedBuffer(frames * _stride);
        _segments = [new Segment(new AlignedBuffer(_stride), frames)];
        Packing = new PassTimer(() => Pack(), hot: true);
        Product = new PassTimer(Run<NoRecurrence>, hot: true);
        ProductAndRecurrence = new PassTimer(Run<SruKernel<InputSkip, TanhActivation>>, hot: true);
    }

    public override ISampled Packing { get; }

    public override ISampled Product { get; }

    public override ISampled ProductAndRecurrence { get; }

    public override void Dispose()
    {
        _weights.Dispose();
        _frameRows.Dispose();
        _packed.Dispose();
        _skip.Dispose();
        _outputs.Dispose();
        _segments[0].State.Dispose();
    }

    private float* Pack() => InputPacking.Pack<TLanes, SruKernel<InputSkip, TanhActivation>, SingleWeights>(
        _frameRows.Pointer, _stride, _frames, _weights.Inputs, _packed.Pointer);

    private void Run<TKernel>() where TKernel : struct, ICellKernel
    {
        var pass = new Pass
        {
            Frames = _frames,
            Inputs = _packedFrames,
            FrameScales = null,
            Skip = _skip.Pointer,
            SkipStride = _stride,
            Outputs = _outputs.Pointer,
            OutputStride = _stride,
            Segments = _segments,
            StateOffset = 0,
        };
        GateGemm.Run<TLanes, TKernel, SingleWeights>(_weights, 0, _weights.Panels, in pass);
    }

    /// <summary>Leaves the sums as they are.</summary>
    private readonly struct NoRecurrence : ICellKernel
    {
        public static int Gates => SruGates;
        public static bool HasState => false;
        public static bool ReadsSkip => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ActivateGates<T>(float* sums, float* constants, float* state, float* skip, nint skipPlane) where T : unmanaged, ILanes<T>
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Advance<T>(float* sums, float* constants, float* state, float* skip, nint skipPlane, float* output, nint outputPlane)
            where T : unmanaged, ILanes<T>
        {
        }
    }
}
