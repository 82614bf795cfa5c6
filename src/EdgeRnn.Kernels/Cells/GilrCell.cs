using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// Gated impulse linear recurrence (GILR; Martin and Cundy 2018, arXiv:1709.04057; eamartin/parallelizing_linear_rnns). With the sums
/// u0, u1 of a frame, the candidate's and the gate's:
/// <code>
/// g = sigmoid(u1)                g weights the old state, opposite to minGRU
/// h = g (h - a(u0)) + a(u0)
/// </code>
/// </summary>
/// <param name="inputs">Values per frame, at least 1.</param>
/// <param name="units">Units, at least 1.</param>
/// <param name="weights">[gate][unit][input]: candidate, g.</param>
/// <param name="biases">[gate][unit]; empty means zeros.</param>
/// <param name="activation">a, applied to the candidate.</param>
/// <exception cref="ArgumentException">A length does not match, or the activation is unknown.</exception>
internal sealed class GilrCell(
    int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> biases, CandidateActivation activation)
    : GatedCell(inputs, units, GilrMix.Gates, weights, biases, activation)
{
    private protected override GateLayer Compile<TLanes, TActivation>(PackingOptions options) =>
        Pack<TLanes, GatedKernel<GilrMix, TActivation>>(options);
}

internal readonly unsafe struct GilrMix : IGateMix
{
    public static int Gates => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Mix<TLanes>(TLanes state, TLanes candidate, float* gates) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.MultiplyAdd(VectorMath.Sigmoid(TLanes.Load(gates)), state - candidate, candidate);
}
