using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Sharing;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>EdgeRnn's layer, called as the runtime calls it.</summary>
internal sealed class EdgeRnnContender : Contender
{
    public const string Name = "edgernn";

    private readonly LayerProblem _problem;
    private readonly WeightCopies<CompiledLayer> _weights;
    private readonly InputWindow? _window;
    private readonly int _stateSize;
    private readonly FrameRows _frames, _gateInputs, _outputs;
    private readonly Segment[] _segments;
    private readonly AlignedBuffer _scratch;
    private readonly PanelShare? _share;
    private readonly PassTimer _timer;

    /// <param name="helpers">Threads that may compute panels; null for one thread.</param>
    public EdgeRnnContender(
        LayerProblem problem, LayerKind kind, KernelSet kernels, WeightCopies<CompiledLayer> weights, CacheMode mode,
        IPanelHelpers? helpers, int steps, int segments)
        : base(kind, Name, kernels.Name, steps, segments)
    {
        _problem = problem;
        _weights = weights;
        GateLayer layer = weights.Next().Layer;
        _window = problem.HasWindow ? new InputWindow(problem.Hidden) : null;
        _stateSize = layer.StateSize;
        _frames = Rows(problem.Hidden);
        _gateInputs = _window is null ? _frames : Rows(_window.Width);
        _outputs = Rows(problem.Hidden);
        int stateLength = _stateSize + (_window?.StateSize ?? 0);
        _segments = [.. Enumerable.Range(0, segments).Select(_ => new Segment(new AlignedBuffer(stateLength), steps))];
        _scratch = new AlignedBuffer(layer.ScratchLength(Frames));
        for (int frame = 0; frame < Frames; frame++)
        {
            problem.Frames(frame / steps, steps).Slice(frame % steps * problem.Hidden, problem.Hidden)
                .CopyTo(_frames.Buffer.Span[(frame * _frames.Stride)..]);
        }

        _share = helpers is null ? null : PanelShare.Create([layer], Frames, helpers);
        _timer = helpers is null ? new PassTimer(Pass, mode == CacheMode.Hot) : PassTimer.Shared(Pass);
    }

    public override double Sample() => _timer.Sample();

    public override float[] Outputs()
    {
        for (int stream = 0; stream < Segments; stream++)
        {
            Span<float> state = _segments[stream].State.Span;
            state.Clear();
            ReadOnlySpan<float> vectors = _problem.State(stream);
            for (; !vectors.IsEmpty; vectors = vectors[_problem.Hidden..], state = state[LanePadding.Pad(_problem.Hidden)..])
                vectors[.._problem.Hidden].CopyTo(state);
        }

        Pass();
        return [.. Enumerable.Range(0, Frames)
            .SelectMany(frame => _outputs.Buffer.Span.Slice(frame * _outputs.Stride, _problem.Hidden).ToArray())];
    }

    public override void Dispose()
    {
        _frames.Buffer.Dispose();
        _gateInputs.Buffer.Dispose();
        _outputs.Buffer.Dispose();
        _scratch.Dispose();
        _share?.Dispose();
        foreach (Segment segment in _segments)
            segment.State.Dispose();
    }

    private void Pass()
    {
        _window?.Run(_frames, _gateInputs, _segments, _stateSize);
        _weights.Next().Layer.Run(_gateInputs, _frames, _outputs, _segments, 0, _scratch, _share);
    }

    private FrameRows Rows(int width)
    {
        int stride = LanePadding.Pad(width);
        return new FrameRows(new AlignedBuffer(Frames * stride), stride);
    }
}
