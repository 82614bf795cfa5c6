using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Cells;

/// <summary>
/// Quasi-recurrent unit (QRNN; Bradbury et al. 2016, arXiv:1611.01576) as in salesforce/pytorch-qrnn 0.2.1. With the gate sums u0, u1
/// and, for an output gate, u2 of a frame:
/// <code>
/// f = sigmoid(u1) (1 - zoneout)
/// c = f (tanh(u0) - c) + c         f weights the new value; in the paper it weights the old one
/// h = sigmoid(u2) c, or c without an output gate
/// </code>
/// For a window of two frames, the inputs are the windows of <see cref="InputWindow"/>.
/// </summary>
internal sealed class QrnnCell : Cell
{
    private readonly ReadOnlyMemory<float> _weights, _biases;
    private readonly bool _outputGate;
    private readonly float _zoneout;

    /// <param name="inputs">Values per frame that the gates multiply, at least 1.</param>
    /// <param name="units">Units, at least 1.</param>
    /// <param name="weights">[gate][unit][input]: z, f, and o with an output gate.</param>
    /// <param name="biases">[gate][unit]; empty means zeros.</param>
    /// <param name="outputGate">True for fo-pooling, false for f-pooling.</param>
    /// <param name="zoneout">Zoneout probability of training, at least 0 and below 1; scales f.</param>
    /// <exception cref="ArgumentException">A length does not match, or zoneout is out of range.</exception>
    public QrnnCell(
        int inputs, int units, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> biases, bool outputGate, float zoneout)
        : base(inputs, units)
    {
        CheckGates(outputGate ? WithOutputGate.Gates : NoOutputGate.Gates, weights, biases);
        if (!(zoneout >= 0 && zoneout < 1))
            throw new ArgumentOutOfRangeException(nameof(zoneout), zoneout, "zoneout: expected a number of at least 0 and below 1.");
        _weights = weights;
        _biases = biases;
        _outputGate = outputGate;
        _zoneout = zoneout;
    }

    internal override GateLayer Compile<TLanes>(PackingOptions options)
    {
        float[] scales = new float[Units];
        Array.Fill(scales, 1 - _zoneout);
        return _outputGate
            ? Pack<TLanes, QrnnKernel<WithOutputGate>>(_weights, _biases, scales, options)
            : Pack<TLanes, QrnnKernel<NoOutputGate>>(_weights, _biases, scales, options);
    }
}

/// <summary>The epilogue of <see cref="QrnnCell"/>. Its one constant is 1 - zoneout.</summary>
internal readonly unsafe struct QrnnKernel<TOutputGate> : ICellKernel
    where TOutputGate : struct, IOutputGate
{
    public static int Gates => TOutputGate.Gates;
    public static bool HasState => true;
    public static bool ReadsSkip => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateGates<TLanes>(float* sums, float* constants, float* state, float* skip, nint skipPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        VectorMath.Tanh(TLanes.Load(sums)).Store(sums);
        (VectorMath.Sigmoid(TLanes.Load(sums + TLanes.Count)) * TLanes.Load(constants)).Store(sums + TLanes.Count);
        TOutputGate.Activate<TLanes>(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLanes>(
        float* sums, float* constants, float* state, float* skip, nint skipPlane, float* output, nint outputPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes candidate = TLanes.Load(sums), forget = TLanes.Load(sums + TLanes.Count), c = TLanes.Load(state);
        c = TLanes.MultiplyAdd(forget, candidate - c, c);
        TLanes.CanonicalizeNaN(c).Store(state);
        TLanes.CanonicalizeNaN(TOutputGate.Apply(c, sums)).Store(output);
    }
}

/// <summary>Whether there is an output gate, as a type.</summary>
internal unsafe interface IOutputGate : IGateCount
{
    static abstract void Activate<TLanes>(float* sums) where TLanes : unmanaged, ILanes<TLanes>;
    static abstract TLanes Apply<TLanes>(TLanes c, float* sums) where TLanes : unmanaged, ILanes<TLanes>;
}

internal readonly unsafe struct NoOutputGate : IOutputGate
{
    public static int Gates => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<TLanes>(float* sums) where TLanes : unmanaged, ILanes<TLanes> { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes c, float* sums) where TLanes : unmanaged, ILanes<TLanes> => c;
}

internal readonly unsafe struct WithOutputGate : IOutputGate
{
    public static int Gates => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<TLanes>(float* sums) where TLanes : unmanaged, ILanes<TLanes> =>
        VectorMath.Sigmoid(TLanes.Load(sums + 2 * TLanes.Count)).Store(sums + 2 * TLanes.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes c, float* sums) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Load(sums + 2 * TLanes.Count) * c;
}
