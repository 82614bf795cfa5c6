using System.Runtime.CompilerServices;

namespace EdgeRnn.Kernels;

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

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Advance<TLanes>(
        float* sums, int frames, float* constants, float* state, float* skip, nint skipStride, float* output, nint outputStride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes forgetWeightC = TLanes.Load(constants + SruConstants.ForgetWeightC * TLanes.Count);
        TLanes resetWeightC = TLanes.Load(constants + SruConstants.ResetWeightC * TLanes.Count);
        TLanes skipScale = TLanes.Load(constants + SruConstants.SkipScale * TLanes.Count);
        TLanes c = TLanes.Load(state);
        for (; frames > 0; frames--)
        {
            TLanes candidate = TLanes.Load(sums);
            TLanes forget = VectorMath.Sigmoid(TLanes.MultiplyAdd(forgetWeightC, c, TLanes.Load(sums + TLanes.Count)));
            TLanes reset = VectorMath.Sigmoid(TLanes.MultiplyAdd(resetWeightC, c, TLanes.Load(sums + 2 * TLanes.Count)));
            c = TLanes.MultiplyAdd(forget, c - candidate, candidate);
            TSkip.Mix(reset, TActivation.Apply(c), skip, skipScale, sums).Store(output);
            sums += TSkip.Gates * TLanes.Count;
            skip += skipStride;
            output += outputStride;
        }
        TLanes.OneNaN(c).Store(state);
    }
}

/// <summary>A skip term as a type.</summary>
internal unsafe interface ISkipTerm
{
    static abstract int Gates { get; }
    static abstract bool ReadsRows { get; }

    /// <summary>reset · activated + (1 - reset) · skip term.</summary>
    static abstract TLanes Mix<TLanes>(TLanes reset, TLanes activated, float* skip, TLanes skipScale, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>;
}

internal readonly unsafe struct NoSkip : ISkipTerm
{
    public static int Gates => 3;
    public static bool ReadsRows => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Mix<TLanes>(TLanes reset, TLanes activated, float* skip, TLanes skipScale, float* sums)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.OneNaN(reset * activated);
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
        return TLanes.OneNaN(TLanes.MultiplyAdd(reset, activated - x, x));
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
        return TLanes.OneNaN(TLanes.MultiplyAdd(reset, activated - x, x));
    }
}
