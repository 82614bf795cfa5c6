using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels;

/// <summary>
/// Functions built only from operations that IEEE 754 rounds exactly, in a fixed order, so that a value depends
/// neither on the SIMD width nor on the machine, as <c>Vector512.Exp</c> and <c>MathF.Exp</c> would. NaN gives NaN. Errors are
/// in units of the last place (ULP) of the exact value; the tests hold them.
/// </summary>
internal static class VectorMath
{
    /// <summary>
    /// 1 / (1 + e^-x), within 2.5 ULP for x of at least -87; a smaller x counts as -87, so -infinity gives 1.6e-38, not 0.
    /// From 17 on it is 1 and never more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sigmoid<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1);
        return one / (one + Exp(TLanes.Broadcast(0) - x));
    }

    /// <summary>e^x, within 1.1 ULP; x is limited to ±87, so that neither zero, a subnormal nor infinity appears.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        (TLanes fraction, TLanes power) = SplitExp(x);
        return TLanes.MultiplyAdd(fraction, power, power);
    }

    /// <summary>e^x - 1, within 3 ULP and with no cancellation near 0; x is limited to ±87. The sign of a zero is not kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes ExpMinus1<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        (TLanes fraction, TLanes power) = SplitExp(x);
        return TLanes.MultiplyAdd(fraction, power, power - TLanes.Broadcast(1));
    }

    /// <summary>
    /// tanh x, within 2.5 ULP, odd to the bit (so tanh -0 is -0), ±1 for ±infinity and never beyond; a subnormal is its own tanh.
    /// Not strictly monotone: from 1 on a larger x may give a result smaller by 1.2e-7.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        // With e = e^2|x| - 1, which a small x does not cancel, tanh |x| = e / (e + 2).
        TLanes magnitude = TLanes.Abs(x);
        TLanes e = ExpMinus1(magnitude + magnitude);
        return TLanes.CopySign(e / (e + TLanes.Broadcast(2)), x);
    }

    /// <summary>
    /// e^x as (1 + fraction) power, where power is 2^n; x is limited to ±87. The reduction is that of Cephes; a minimax polynomial of
    /// degree 6 errs by less than a tenth of an ULP, so a longer one would not be better.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes Fraction, TLanes Power) SplitExp<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        // A float near 1.5 * 2^23 has no bits for a fraction: adding it rounds to the integer n. Adding 127 more
        // leaves n + 127, the exponent field of 2^n, in the lowest bits.
        TLanes rounder = TLanes.Broadcast(12582912 + 127);
        x = TLanes.Clamp(x, 87);
        TLanes rounded = TLanes.MultiplyAdd(x, TLanes.Broadcast(1.44269504f), rounder);
        TLanes n = rounded - rounder;
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-0.693359375f), x); // ln 2 in two parts: the first product is exact
        r = TLanes.MultiplyAdd(n, TLanes.Broadcast(2.12194440e-4f), r);

        // e^r - 1 - r over r^2, even and odd powers apart, which is a shorter chain than one power after the other.
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
