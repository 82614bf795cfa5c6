using System.Runtime.CompilerServices;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>
/// Where a layer's time goes, with its weights in the caches: the gate product without the recurrence, with it, and
/// the whole layer. The parts are the differences.
/// </summary>
internal abstract class LayerParts : IDisposable
{
    public abstract ISampled Product { get; }

    public abstract ISampled ProductAndRecurrence { get; }

    public abstract void Dispose();
}

internal sealed unsafe class LayerParts<TLanes> : LayerParts where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly PackedWeights _weights;
    private readonly AlignedBuffer _inputs, _skip, _outputs;
    private readonly Segment[] _segments;
    private readonly int _frames, _stride;

    public LayerParts(SruProblem problem, int frames)
    {
        int units = problem.Hidden;
        (_frames, _stride) = (frames, LanePadding.Pad(units));
        _weights = PackedWeights.Pack<TLanes, SingleWeights>(
            problem.Weights, new float[SruProblem.Gates * units], new float[SruConstants.Count * units],
            SruProblem.Gates, units, units, length => new AlignedBuffer(length));
        _inputs = new AlignedBuffer(frames * units);
        problem.Frames(0, frames).CopyTo(_inputs.Span);
        _skip = new AlignedBuffer(frames * _stride);
        _outputs = new AlignedBuffer(frames * _stride);
        _segments = [new Segment(new AlignedBuffer(_stride), frames)];
        Product = new PassTimer(Run<NoRecurrence>, hot: true);
        ProductAndRecurrence = new PassTimer(Run<SruKernel<InputSkip, TanhActivation>>, hot: true);
    }

    public override ISampled Product { get; }

    public override ISampled ProductAndRecurrence { get; }

    public override void Dispose()
    {
        _weights.Dispose();
        _inputs.Dispose();
        _skip.Dispose();
        _outputs.Dispose();
        _segments[0].State.Dispose();
    }

    private void Run<TKernel>() where TKernel : struct, ICellKernel
    {
        var pass = new Pass
        {
            Frames = _frames,
            Inputs = _inputs.Pointer,
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

    /// <summary>Leaves the sums where they are.</summary>
    private readonly struct NoRecurrence : ICellKernel
    {
        public static int Gates => SruProblem.Gates;
        public static bool HasState => false;
        public static bool ReadsSkip => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void ActivateGates<T>(float* sums, float* constants, float* state) where T : unmanaged, ILanes<T>
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Advance<T>(float* sums, float* constants, float* state, float* skip, float* output, nint outputStride)
            where T : unmanaged, ILanes<T>
        {
        }
    }
}
