using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels;

/// <summary>
/// Functions made only of operations that IEEE 754 rounds exactly, in a fixed order, so that a result does not depend on the SIMD width
/// or the machine; those of <c>Vector512.Exp</c> and <c>MathF.Exp</c> do. NaN gives NaN. Error bounds are in units in the last place
/// (ULP) of the exact value; tests assert them.
/// </summary>
internal static class VectorMath
{
    /// <summary>
    /// 1 / (1 + e^-x), within 2.5 ULP for x of at least -87. A smaller x counts as -87, so -infinity gives 1.6e-38, not 0. From 17 on
    /// the result is 1, never more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sigmoid<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1);
        return one / (one + Exp(TLanes.Broadcast(0) - x));
    }

    /// <summary>e^x, within 1.1 ULP. x is limited to ±87, so that no result is zero, subnormal or infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        (TLanes fraction, TLanes power) = SplitExp(x);
        return TLanes.MultiplyAdd(fraction, power, power);
    }

    /// <summary>e^x - 1, within 3 ULP, without cancellation near 0. x is limited to ±87. The sign of a zero is lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes ExpMinus1<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        (TLanes fraction, TLanes power) = SplitExp(x);
        return TLanes.MultiplyAdd(fraction, power, power - TLanes.Broadcast(1));
    }

    /// <summary>
    /// tanh x, within 2.5 ULP, odd to the bit (tanh -0 is -0), in [-1, 1], ±1 for ±infinity. A subnormal is its own tanh. Not monotone:
    /// from 1 on, a larger x may give a result smaller by 1.2e-7.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        // tanh |x| = e / (e + 2) with e = e^(2|x|) - 1, which does not cancel for small x.
        TLanes magnitude = TLanes.Abs(x);
        TLanes e = ExpMinus1(magnitude + magnitude);
        return TLanes.CopySign(e / (e + TLanes.Broadcast(2)), x);
    }

    /// <summary>
    /// e^x as (1 + fraction) power with power = 2^n. x is limited to ±87. The argument reduction is that of Cephes expf. The error of the
    /// minimax polynomial, of degree 6, is below a tenth of an ULP; a higher degree would not improve the result.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes Fraction, TLanes Power) SplitExp<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        // 1.5 * 2^23: a float of that size has no fraction bits, so adding it rounds x / ln 2 to the integer n. With 127 more, the low
        // bits are n + 127, the exponent field of 2^n.
        TLanes rounder = TLanes.Broadcast(12582912 + 127);
        x = TLanes.Clamp(x, 87);
        TLanes rounded = TLanes.MultiplyAdd(x, TLanes.Broadcast(1.44269504f), rounder);
        TLanes n = rounded - rounder;
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-0.693359375f), x); // x - n ln 2, with ln 2 in two parts; this product is exact
        r = TLanes.MultiplyAdd(n, TLanes.Broadcast(2.12194440e-4f), r);

        // (e^r - 1 - r) / r^2 by Estrin's scheme: a shorter dependency chain than Horner's.
        TLanes square = r * r;
        TLanes low = Line(r, 1.666653156e-1f, 0.5f), high = Line(r, 8.368034847e-3f, 4.166616499e-2f);
        high = TLanes.MultiplyAdd(square, TLanes.Broadcast(1.397360116e-3f), high);
        TLanes p = TLanes.MultiplyAdd(square, high, low);
        return (TLanes.MultiplyAdd(square, p, r), TLanes.LowBitsToExponent(rounded));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Line<TLanes>(TLanes x, float slope, float start) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.MultiplyAdd(x, TLanes.Broadcast(slope), TLanes.Broadcast(start));
}
