using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>EdgeRnn's layer, called as the runtime calls it.</summary>
internal sealed class EdgeRnnContender : Contender
{
    public const string Name = "edgernn";

    private readonly SruProblem _problem;
    private readonly WeightCopies<CompiledLayer> _weights;
    private readonly FrameRows _inputs, _outputs;
    private readonly Segment[] _segments;
    private readonly AlignedBuffer _scratch;
    private readonly PassTimer _timer;

    public EdgeRnnContender(
        SruProblem problem, KernelSet kernels, WeightCopies<CompiledLayer> weights, CacheMode mode, int steps, int segments)
        : base(Name, kernels.Name, steps, segments)
    {
        (_problem, _weights) = (problem, weights);
        int stride = LanePadding.Pad(problem.Hidden);
        _inputs = new FrameRows(new AlignedBuffer(Frames * stride), stride);
        _outputs = new FrameRows(new AlignedBuffer(Frames * stride), stride);
        _segments = [.. Enumerable.Range(0, segments).Select(_ => new Segment(new AlignedBuffer(stride), steps))];
        _scratch = new AlignedBuffer(weights.Next().Layer.ScratchLength(Frames));
        for (int frame = 0; frame < Frames; frame++)
        {
            problem.Frames(frame / steps, steps).Slice(frame % steps * problem.Hidden, problem.Hidden)
                .CopyTo(_inputs.Buffer.Span[(frame * stride)..]);
        }
        _timer = new PassTimer(Pass, mode == CacheMode.Hot);
    }

    public override double Sample() => _timer.Sample();

    public override float[] Outputs()
    {
        for (int stream = 0; stream < Segments; stream++) _problem.State(stream).CopyTo(_segments[stream].State.Span);
        Pass();
        return [.. Enumerable.Range(0, Frames)
            .SelectMany(frame => _outputs.Buffer.Span.Slice(frame * _outputs.Stride, _problem.Hidden).ToArray())];
    }

    public override void Dispose()
    {
        _inputs.Buffer.Dispose();
        _outputs.Buffer.Dispose();
        _scratch.Dispose();
        foreach (Segment segment in _segments) segment.State.Dispose();
    }

    private void Pass() => _weights.Next().Layer.Run(_inputs, _inputs, _outputs, _segments, 0, _scratch);
}
