using EdgeRnn.Benchmarks.Calibration;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>A peer that computes all gate sums of a pass as one matrix product, with a recurrence after it.</summary>
internal abstract unsafe class ProductContender : Contender
{
    private readonly SruPeerProblem _problem;
    private readonly PeerRecurrence _recurrence;
    private readonly HugeMemory _inputs, _sums, _outputs, _states;
    private readonly PassTimer _timer;

    protected ProductContender(string variant, string form, SruPeerProblem problem, CacheMode mode, int steps, int segments)
        : base(LayerKind.Sru, variant, form, steps, segments)
    {
        _problem = problem;
        _recurrence = Width.Of(KernelSet.Available[0]).CreateRecurrence(problem);
        long frameBytes = problem.Hidden * (long)sizeof(float);
        _inputs = new HugeMemory(Frames * frameBytes);
        _sums = new HugeMemory(Frames * SruPeerProblem.Gates * frameBytes);
        _outputs = new HugeMemory(Frames * frameBytes);
        _states = new HugeMemory(segments * frameBytes);
        int block = steps * problem.Hidden;
        for (int stream = 0; stream < segments; stream++)
            problem.Frames(stream, steps).CopyTo(new Span<float>(_inputs.Pointer + stream * block, block));
        _timer = new PassTimer(Pass, mode == CacheMode.Hot);
    }

    /// <summary>[frame][input]</summary>
    protected float* Inputs => _inputs.Pointer;

    /// <summary>[frame][gate][unit]</summary>
    protected float* Sums => _sums.Pointer;

    public sealed override double Sample() => _timer.Sample();

    public sealed override float[] Outputs()
    {
        for (int stream = 0; stream < Segments; stream++)
            _problem.State(stream).CopyTo(new Span<float>(_states.Pointer + stream * _problem.Hidden, _problem.Hidden));
        Pass();
        return new ReadOnlySpan<float>(_outputs.Pointer, Frames * _problem.Hidden).ToArray();
    }

    public override void Dispose()
    {
        _recurrence.Dispose();
        _inputs.Dispose();
        _sums.Dispose();
        _outputs.Dispose();
        _states.Dispose();
    }

    /// <summary>Fills the sums from the inputs with the next copy of the weights.</summary>
    protected abstract void Multiply();

    private void Pass()
    {
        Multiply();
        int units = _problem.Hidden;
        for (int stream = 0; stream < Segments; stream++)
        {
            nint block = stream * Steps * units;
            _recurrence.Advance(
                Sums + SruPeerProblem.Gates * block, Inputs + block, Steps, _states.Pointer + stream * units, _outputs.Pointer + block);
        }
    }
}
