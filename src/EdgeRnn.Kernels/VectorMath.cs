using System.Runtime.CompilerServices;

namespace EdgeRnn.Kernels;

/// <summary>
/// Activations built only from operations that IEEE 754 rounds exactly, in a fixed order, so that a value depends
/// neither on the SIMD width nor on the machine, as <c>Vector512.Exp</c> and <c>MathF.Exp</c> would.
/// </summary>
internal static class VectorMath
{
    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sigmoid<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1);
        return one / (one + Exp(TLanes.Broadcast(0) - x));
    }

    /// <summary>e^x as 2^n e^r with |r| at most ln(2)/2 (polynomial from Cephes); x is limited to ±87.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        // A float near 1.5 * 2^23 has no bits for a fraction: adding it rounds to the integer n. Adding 127 more
        // leaves n + 127, the exponent field of 2^n, in the lowest bits.
        TLanes rounder = TLanes.Broadcast(12582912 + 127);
        x = TLanes.Clamp(x, 87);
        TLanes rounded = TLanes.MultiplyAdd(x, TLanes.Broadcast(1.44269504f), rounder);
        TLanes n = rounded - rounder;
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-0.693359375f), x); // ln 2 in two parts: the first product is exact
        r = TLanes.MultiplyAdd(n, TLanes.Broadcast(2.12194440e-4f), r);

        TLanes p = Horner(TLanes.Broadcast(1.9875691500e-4f), r, 1.3981999507e-3f);
        p = Horner(p, r, 8.3334519073e-3f);
        p = Horner(p, r, 4.1665795894e-2f);
        p = Horner(p, r, 1.6666665459e-1f);
        p = Horner(p, r, 5.0000001201e-1f);
        p = TLanes.MultiplyAdd(p, r * r, r + TLanes.Broadcast(1));
        return p * TLanes.LowBitsToExponent(rounded);
    }

    /// <summary>tanh x as a quotient of polynomials (Eigen's), odd of degree 13 over even of degree 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        x = TLanes.Clamp(x, 7.90531110763549805f); // the quotient is 1 from here on
        TLanes s = x * x;
        TLanes p = Horner(TLanes.Broadcast(-2.76076847742355e-16f), s, 2.00018790482477e-13f);
        p = Horner(p, s, -8.60467152213735e-11f);
        p = Horner(p, s, 5.12229709037114e-08f);
        p = Horner(p, s, 1.48572235717979e-05f);
        p = Horner(p, s, 6.37261928875436e-04f);
        p = Horner(p, s, 4.89352455891786e-03f);
        TLanes q = Horner(TLanes.Broadcast(1.19825839466702e-06f), s, 1.18534705686654e-04f);
        q = Horner(q, s, 2.26843463243900e-03f);
        q = Horner(q, s, 4.89352518554385e-03f);
        return x * (p / q); // not x * p / q: the product of a subnormal would lose its bits
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Horner<TLanes>(TLanes sum, TLanes x, float coefficient) where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.MultiplyAdd(sum, x, TLanes.Broadcast(coefficient));
}
