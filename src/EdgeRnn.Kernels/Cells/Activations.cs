using System.Runtime.CompilerServices;

namespace EdgeRnn.Kernels;

/// <summary>What a cell applies to its state before it leaves as output.</summary>
public enum Activation { Identity, Tanh, Relu }

/// <summary>What a linear layer applies to its sums.</summary>
public enum OutputActivation { None, Sigmoid }

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
