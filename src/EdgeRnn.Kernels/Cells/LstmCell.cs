using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// Long short-term memory as torch.nn.LSTM has it. With the gate sums u0 to u3 of a frame, each W x + b + U h:
/// <code>
/// i = sigmoid(u0)    f = sigmoid(u1)    g = tanh(u2)    o = sigmoid(u3)
/// c' = f c + i g
/// h' = o tanh(c')
/// </code>
/// </summary>
/// <param name="inputs">Values per frame, at least 1.</param>
/// <param name="units">Units, at least 1.</param>
/// <param name="weights">W: [gate][unit][input], gates i, f, g, o.</param>
/// <param name="feedback">U: [gate][unit][unit], what the gates give the last outputs.</param>
/// <param name="biases">b: [gate][unit]; empty means zeros.</param>
/// <exception cref="ArgumentException">A length does not match.</exception>
public sealed class LstmCell(
    int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> feedback, ReadOnlyMemory<float> biases)
    : FullyRecurrentCell(inputs, units, LstmKernel.Gates, weights, feedback, biases)
{
    internal override GateLayer Compile<TLanes>(WeightStore store) =>
        Pack<TLanes, LstmKernel>(default, store);
}

internal readonly unsafe struct LstmKernel : IFullyRecurrentKernel
{
    public static int Gates => 4;
    public static int JoinedGates => 4;
    public static bool HasCellState => true;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Step<TLanes>(float* sums, float* apart, float* last, float* cell, float* output)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // i, f and o in a loop: five functions side by side are more than the JIT inlines.
        for (int gate = 0; gate < Gates; gate = gate == 1 ? 3 : gate + 1)
        {
            float* sum = sums + gate * TLanes.Count;
            VectorMath.Sigmoid(TLanes.Load(sum)).Store(sum);
        }

        TLanes candidate = TLanes.Load(sums) * VectorMath.Tanh(TLanes.Load(sums + 2 * TLanes.Count));
        TLanes c = TLanes.MultiplyAdd(TLanes.Load(sums + TLanes.Count), TLanes.Load(cell), candidate);
        TLanes.OneNaN(c).Store(cell);
        TLanes.OneNaN(TLanes.Load(sums + 3 * TLanes.Count) * VectorMath.Tanh(c)).Store(output);
    }
}
