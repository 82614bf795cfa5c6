using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// minGRU (Feng et al. 2024, arXiv:2410.01201; lucidrains/minGRU-pytorch). With the sums u0, u1 of a frame, the candidate's and the
/// gate's:
/// <code>
/// z = sigmoid(u1)
/// h = z (g(u0) - h) + h
/// </code>
/// </summary>
/// <param name="inputs">Values per frame, at least 1.</param>
/// <param name="units">Units, at least 1.</param>
/// <param name="weights">[gate][unit][input]: candidate, z.</param>
/// <param name="biases">[gate][unit]; empty means zeros.</param>
/// <param name="activation">g, applied to the candidate.</param>
/// <exception cref="ArgumentException">A length does not match, or the activation is unknown.</exception>
internal sealed class MinGruCell(
    int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> biases, CandidateActivation activation)
    : GatedCell(inputs, units, MinGruMix.Gates, weights, biases, activation)
{
    private protected override GateLayer Compile<TLanes, TActivation>(PackingOptions options) =>
        Pack<TLanes, GatedKernel<MinGruMix, TActivation>>(options);
}

internal readonly unsafe struct MinGruMix : IGateMix
{
    public static int Gates => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Mix<TLanes>(TLanes state, TLanes candidate, float* gates) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.MultiplyAdd(VectorMath.Sigmoid(TLanes.Load(gates)), candidate - state, state);
}
