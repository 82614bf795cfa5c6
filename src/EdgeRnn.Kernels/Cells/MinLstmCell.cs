using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// minLSTM (Feng et al. 2024, arXiv:2410.01201) with normalized gates. With the sums u0, u1, u2 of a frame, the candidate's and the two
/// gates':
/// <code>
/// f  = sigmoid(u1)    i = sigmoid(u2)
/// f' = f / (f + i)                      never 0/0: VectorMath.Sigmoid is never 0
/// h  = f' (h - g(u0)) + g(u0)
/// </code>
/// </summary>
/// <param name="inputs">Values per frame, at least 1.</param>
/// <param name="units">Units, at least 1.</param>
/// <param name="weights">[gate][unit][input]: candidate, f, i.</param>
/// <param name="biases">[gate][unit]; empty means zeros.</param>
/// <param name="activation">g, applied to the candidate.</param>
/// <exception cref="ArgumentException">A length does not match, or the activation is unknown.</exception>
internal sealed class MinLstmCell(
    int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> biases, CandidateActivation activation)
    : GatedCell(inputs, units, MinLstmMix.Gates, weights, biases, activation)
{
    private protected override GateLayer Compile<TLanes, TActivation>(PackingOptions options) =>
        Pack<TLanes, GatedKernel<MinLstmMix, TActivation>>(options);
}

internal readonly unsafe struct MinLstmMix : IGateMix
{
    public static int Gates => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Mix<TLanes>(TLanes state, TLanes candidate, float* gates) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes forget = VectorMath.Sigmoid(TLanes.Load(gates));
        TLanes input = VectorMath.Sigmoid(TLanes.Load(gates + TLanes.Count));
        return TLanes.MultiplyAdd(forget / (forget + input), state - candidate, candidate);
    }
}
