using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Cells;

/// <summary>What a cell applies to its state before it leaves as output.</summary>
public enum Activation { Identity, Tanh, Relu }

/// <summary>What a linear layer applies to its sums.</summary>
public enum OutputActivation { None, Sigmoid }

/// <summary>What a cell applies to its candidate: the new value that its gates mix into the state.</summary>
public enum CandidateActivation
{
    Identity,
    Tanh,

    /// <summary>v from 0 on, e^v - 1 below.</summary>
    Elu,

    /// <summary>v + 0.5 from 0 on, sigmoid(v) below: always positive, as minGRU and minLSTM trained in log space need it.</summary>
    LogSpace,
}

/// <summary>An activation as a type.</summary>
internal interface IActivation
{
    static abstract TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>;
}

internal readonly struct IdentityActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => x;
}

internal readonly struct TanhActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => VectorMath.Tanh(x);
}

internal readonly struct ReluActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Positive(x);
}

internal readonly struct SigmoidActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => VectorMath.Sigmoid(x);
}

internal readonly struct EluActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Positive(x) + VectorMath.ExpMinus1(Negative(x));

    /// <summary>The value if negative, 0 if positive; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Negative<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Broadcast(0) - TLanes.Positive(TLanes.Broadcast(0) - x);
}

internal readonly struct LogSpaceActivation : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Positive(x) + VectorMath.Sigmoid(EluActivation.Negative(x));
}
