using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Cells;

/// <summary>The activation that an SRU applies to its state for the output.</summary>
internal enum Activation { Identity, Tanh, Relu }

/// <summary>The activation of a linear layer.</summary>
internal enum OutputActivation { None, Sigmoid }

/// <summary>The activation of a gated cell's candidate: the new value that its gates mix into the state.</summary>
internal enum CandidateActivation
{
    Identity,
    Tanh,

    /// <summary>v for v >= 0, otherwise e^v - 1.</summary>
    Elu,

    /// <summary>
    /// v + 0.5 for v >= 0, otherwise sigmoid(v): always positive, as the log-space training of minGRU and minLSTM requires
    /// (Feng et al. 2024, arXiv:2410.01201).
    /// </summary>
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

    /// <summary>min(x, 0); NaN stays NaN.</summary>
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
