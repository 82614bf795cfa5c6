using System.Runtime.CompilerServices;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Benchmarks.Peers;

/// <summary>
/// The recurrence for peers that only multiply matrices. It uses EdgeRnn's own vectors and polynomials, so that a peer is
/// judged by its product and by having to store the sums, not by slower mathematics.
/// </summary>
internal abstract unsafe class PeerRecurrence : IDisposable
{
    /// <summary>Advances one stream.</summary>
    /// <param name="sums">[frame][gate][unit], without biases.</param>
    /// <param name="inputs">[frame][unit]</param>
    /// <param name="state">[unit], updated.</param>
    /// <param name="outputs">[frame][unit]</param>
    public abstract void Advance(float* sums, float* inputs, int frames, float* state, float* outputs);

    public abstract void Dispose();
}

internal sealed unsafe class PeerRecurrence<TLanes>(SruPeerProblem problem) : PeerRecurrence where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly AlignedBuffer _biases = Buffer(problem.Biases), _weightC = Buffer(problem.WeightC);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Advance(float* sums, float* inputs, int frames, float* state, float* outputs)
    {
        int units = problem.Hidden;
        float* biases = _biases.Pointer, weightC = _weightC.Pointer;
        for (int frame = 0; frame < frames; frame++)
        {
            int unit = 0;
            for (; unit <= units - TLanes.Count; unit += TLanes.Count)
                Step<TLanes>(sums, inputs, biases, weightC, state, outputs, unit, units);
            for (; unit < units; unit++)
                Step<Lanes1>(sums, inputs, biases, weightC, state, outputs, unit, units);
            sums += SruPeerProblem.Gates * units;
            inputs += units;
            outputs += units;
        }
    }

    public override void Dispose()
    {
        _biases.Dispose();
        _weightC.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<T>(
        float* sums, float* inputs, float* biases, float* weightC, float* state, float* outputs, nint unit, nint units)
        where T : unmanaged, ILanes<T>
    {
        T c = T.Load(state + unit), candidate = T.Load(sums + unit), input = T.Load(inputs + unit);
        T forget = VectorMath.Sigmoid(
            T.MultiplyAdd(T.Load(weightC + unit), c, T.Load(sums + units + unit) + T.Load(biases + unit)));
        T reset = VectorMath.Sigmoid(
            T.MultiplyAdd(T.Load(weightC + units + unit), c, T.Load(sums + 2 * units + unit) + T.Load(biases + units + unit)));
        c = T.MultiplyAdd(forget, c - candidate, candidate);
        c.Store(state + unit);
        T.MultiplyAdd(reset, VectorMath.Tanh(c) - input, input).Store(outputs + unit);
    }

    private static AlignedBuffer Buffer(float[] values)
    {
        var buffer = new AlignedBuffer(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
