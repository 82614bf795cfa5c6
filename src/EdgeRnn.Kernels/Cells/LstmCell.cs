using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// Long short-term memory (LSTM; Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000) as in torch.nn.LSTM. With
/// the gate sums u0 to u3 of a frame, each (W x + b) + U h:
/// <code>
/// i = sigmoid(u0)    f = sigmoid(u1)    g = tanh(u2)    o = sigmoid(u3)
/// c' = f c + i g
/// h' = o tanh(c')
/// </code>
/// </summary>
/// <param name="inputs">Values per frame, at least 1.</param>
/// <param name="units">Units, at least 1.</param>
/// <param name="weights">W: [gate][unit][input], gates i, f, g, o.</param>
/// <param name="recurrentWeights">U: [gate][unit][unit], the weights of the previous outputs.</param>
/// <param name="biases">b: [gate][unit]; empty means zeros.</param>
/// <exception cref="ArgumentException">A length does not match.</exception>
internal sealed class LstmCell(
    int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> recurrentWeights, ReadOnlyMemory<float> biases)
    : FullyRecurrentCell(inputs, units, LstmKernel.Gates, weights, recurrentWeights, biases)
{
    internal override GateLayer Compile<TLanes>(PackingOptions options) =>
        Pack<TLanes, LstmKernel>([], options);
}

internal readonly unsafe struct LstmKernel : IFullyRecurrentKernel
{
    public static int Gates => 4;
    public static int StateVectors => 2;
    public static bool HasState => true;
    public static bool ReadsSkip => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateGates<TLanes>(float* sums, float* constants, float* state, float* skip, nint skipPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // i, f and o in a loop, because the JIT would not inline that many activations in a row.
        for (nint gate = 0; gate < Gates; gate = gate == 1 ? 3 : gate + 1)
        {
            float* sum = sums + gate * TLanes.Count;
            VectorMath.Sigmoid(TLanes.Load(skip + gate * skipPlane) + TLanes.Load(sum)).Store(sum);
        }

        float* g = sums + 2 * TLanes.Count;
        VectorMath.Tanh(TLanes.Load(skip + 2 * skipPlane) + TLanes.Load(g)).Store(g);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLanes>(
        float* sums, float* constants, float* state, float* skip, nint skipPlane, float* output, nint outputPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* cell = state + skipPlane;
        TLanes c = TLanes.MultiplyAdd(
            TLanes.Load(sums + TLanes.Count), TLanes.Load(cell), TLanes.Load(sums) * TLanes.Load(sums + 2 * TLanes.Count));
        TLanes.CanonicalizeNaN(c).Store(cell);
        TLanes h = TLanes.CanonicalizeNaN(TLanes.Load(sums + 3 * TLanes.Count) * VectorMath.Tanh(c));
        h.Store(state);
        h.Store(output);
    }
}
