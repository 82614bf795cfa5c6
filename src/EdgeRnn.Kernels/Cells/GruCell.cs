using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// Gated recurrent unit (GRU; Cho et al. 2014, arXiv:1406.1078) as in torch.nn.GRU. With the gate sums u0, u1 of a frame, each
/// (W x + b) + U h; the two products of the third gate stay separate:
/// <code>
/// r = sigmoid(u0)    z = sigmoid(u1)
/// n = tanh(r (U_n h + bU_n) + (W_n x + b_n))     the bias bU_n is inside
/// h' = z (h - n) + n
/// </code>
/// </summary>
internal sealed class GruCell : FullyRecurrentCell
{
    private readonly ReadOnlyMemory<float> _recurrentBias;

    /// <param name="inputs">Values per frame, at least 1.</param>
    /// <param name="units">Units, at least 1.</param>
    /// <param name="weights">W: [gate][unit][input], gates r, z, n.</param>
    /// <param name="recurrentWeights">U: [gate][unit][unit], the weights of the previous outputs.</param>
    /// <param name="biases">b: [gate][unit]; empty means zeros.</param>
    /// <param name="recurrentBias">bU_n: [unit]; empty means zeros.</param>
    /// <exception cref="ArgumentException">A length does not match.</exception>
    public GruCell(
        int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> recurrentWeights, ReadOnlyMemory<float> biases,
        ReadOnlyMemory<float> recurrentBias)
        : base(inputs, units, GruKernel.Gates, weights, recurrentWeights, biases)
    {
        if (!recurrentBias.IsEmpty)
            CheckLength(recurrentBias, units, nameof(recurrentBias), $"{units} units, or none");
        _recurrentBias = recurrentBias;
    }

    internal override GateLayer Compile<TLanes>(PackingOptions options) =>
        Pack<TLanes, GruKernel>([.. new float[2 * Units], .. _recurrentBias.Span], options);
}

internal readonly unsafe struct GruKernel : IFullyRecurrentKernel
{
    public static int Gates => 3;
    public static int StateVectors => 1;
    public static bool HasState => true;
    public static bool ReadsSkip => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateGates<TLanes>(float* sums, float* constants, float* state, float* skip, nint skipPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        VectorMath.Sigmoid(TLanes.Load(skip) + TLanes.Load(sums)).Store(sums);
        VectorMath.Sigmoid(TLanes.Load(skip + skipPlane) + TLanes.Load(sums + TLanes.Count)).Store(sums + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLanes>(
        float* sums, float* constants, float* state, float* skip, nint skipPlane, float* output, nint outputPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes fromInputs = TLanes.Load(skip + 2 * skipPlane);
        TLanes n = VectorMath.Tanh(TLanes.MultiplyAdd(TLanes.Load(sums), TLanes.Load(sums + 2 * TLanes.Count), fromInputs));
        TLanes h = TLanes.MultiplyAdd(TLanes.Load(sums + TLanes.Count), TLanes.Load(state) - n, n);
        h = TLanes.CanonicalizeNaN(h);
        h.Store(state);
        h.Store(output);
    }
}
