using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// Gated recurrent unit as torch.nn.GRU has it. With the gate sums u0, u1 of a frame, each W x + b + U h, and the third gate's
/// two products apart:
/// <code>
/// r = sigmoid(u0)    z = sigmoid(u1)
/// n = tanh(r (U_n h + bU_n) + (W_n x + b_n))     the bias bU_n is inside
/// h' = z (h - n) + n
/// </code>
/// </summary>
public sealed class GruCell : FullyRecurrentCell
{
    private readonly ReadOnlyMemory<float> _feedbackBias;

    /// <param name="inputs">Values per frame, at least 1.</param>
    /// <param name="units">Units, at least 1.</param>
    /// <param name="weights">W: [gate][unit][input], gates r, z, n.</param>
    /// <param name="feedback">U: [gate][unit][unit], what the gates give the last outputs.</param>
    /// <param name="biases">b: [gate][unit]; empty means zeros.</param>
    /// <param name="feedbackBias">bU_n: [unit]; empty means zeros.</param>
    /// <exception cref="ArgumentException">A length does not match.</exception>
    public GruCell(
        int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> feedback, ReadOnlyMemory<float> biases,
        ReadOnlyMemory<float> feedbackBias)
        : base(inputs, units, GruKernel.Gates, weights, feedback, biases)
    {
        if (!feedbackBias.IsEmpty)
            CheckLength(feedbackBias, units, nameof(feedbackBias), $"{units} units, or none");
        _feedbackBias = feedbackBias;
    }

    internal override GateLayer Compile<TLanes>(WeightStore store) =>
        Pack<TLanes, GruKernel>(_feedbackBias, store);
}

internal readonly unsafe struct GruKernel : IFullyRecurrentKernel
{
    public static int Gates => 3;
    public static int JoinedGates => 2;
    public static bool HasCellState => false;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Step<TLanes>(float* sums, float* apart, float* last, float* cell, float* output)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes reset = VectorMath.Sigmoid(TLanes.Load(sums));
        TLanes update = VectorMath.Sigmoid(TLanes.Load(sums + TLanes.Count));
        TLanes n = VectorMath.Tanh(TLanes.MultiplyAdd(reset, TLanes.Load(sums + 2 * TLanes.Count), TLanes.Load(apart)));
        TLanes.OneNaN(TLanes.MultiplyAdd(update, TLanes.Load(last) - n, n)).Store(output);
    }
}
