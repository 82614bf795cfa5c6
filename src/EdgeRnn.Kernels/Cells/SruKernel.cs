using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Cells;

/// <summary>The rows of constants that an SRU packs for each panel.</summary>
internal static class SruConstants
{
    public const int ForgetWeightC = 0, ResetWeightC = 1, SkipScale = 2, Count = 3;
}

/// <summary>The epilogue of <see cref="SruCell"/>, which gives the equations.</summary>
internal readonly unsafe struct SruKernel<TSkip, TActivation> : ICellKernel
    where TSkip : struct, ISkipTerm
    where TActivation : struct, IActivation
{
    public static int Gates => TSkip.Gates;
    public static bool HasState => true;
    public static bool ReadsSkip => TSkip.ReadsRows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateGates<TLanes>(float* sums, float* constants, float* state, float* skip, nint skipPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes c = TLanes.Load(state);
        TLanes forgetWeightC = TLanes.Load(constants + SruConstants.ForgetWeightC * TLanes.Count);
        TLanes resetWeightC = TLanes.Load(constants + SruConstants.ResetWeightC * TLanes.Count);
        float* forget = sums + TLanes.Count, reset = sums + 2 * TLanes.Count;
        VectorMath.Sigmoid(TLanes.MultiplyAdd(forgetWeightC, c, TLanes.Load(forget))).Store(forget);
        VectorMath.Sigmoid(TLanes.MultiplyAdd(resetWeightC, c, TLanes.Load(reset))).Store(reset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<TLanes>(
        float* sums, float* constants, float* state, float* skip, nint skipPlane, float* output, nint outputPlane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes candidate = TLanes.Load(sums), forget = TLanes.Load(sums + TLanes.Count), reset = TLanes.Load(sums + 2 * TLanes.Count);
        TLanes skipScale = TLanes.Load(constants + SruConstants.SkipScale * TLanes.Count);
        TLanes c = TLanes.MultiplyAdd(forget, TLanes.Load(state) - candidate, candidate);
        TLanes.CanonicalizeNaN(c).Store(state);
        TSkip.Mix(reset, TActivation.Apply(c), skip, skipScale, sums).Store(output);
    }
}

/// <summary>A skip term as a type.</summary>
internal unsafe interface ISkipTerm
{
    static abstract int Gates { get; }
    static abstract bool ReadsRows { get; }

    /// <summary>reset * activated + (1 - reset) * skip term.</summary>
    static abstract TLanes Mix<TLanes>(TLanes reset, TLanes activated, float* skip, TLanes skipScale, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>;
}

internal readonly unsafe struct NoSkip : ISkipTerm
{
    public static int Gates => 3;
    public static bool ReadsRows => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Mix<TLanes>(TLanes reset, TLanes activated, float* skip, TLanes skipScale, float* sums)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.CanonicalizeNaN(reset * activated);
}

internal readonly unsafe struct InputSkip : ISkipTerm
{
    public static int Gates => 3;
    public static bool ReadsRows => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Mix<TLanes>(TLanes reset, TLanes activated, float* skip, TLanes skipScale, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(skip) * skipScale;
        return TLanes.CanonicalizeNaN(TLanes.MultiplyAdd(reset, activated - x, x));
    }
}

internal readonly unsafe struct GateSkip : ISkipTerm
{
    public static int Gates => 4;
    public static bool ReadsRows => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Mix<TLanes>(TLanes reset, TLanes activated, float* skip, TLanes skipScale, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(sums + 3 * TLanes.Count);
        return TLanes.CanonicalizeNaN(TLanes.MultiplyAdd(reset, activated - x, x));
    }
}
