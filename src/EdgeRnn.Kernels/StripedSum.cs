using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels;

/// <summary>
/// Sums across the units of a frame, with the same bits at every width: unit i belongs to stripe i mod 16, the units of a stripe are
/// added in their order, and the stripes are added in one fixed tree.
/// </summary>
internal static unsafe class StripedSum
{
    private const int Stripes = LanePadding.Units;

    /// <summary>The sum over the first <paramref name="units"/> values of a row, without its padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Of<TLanes, TTerm>(float* values, int units, float parameter)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTerm : struct, ISumTerm
    {
        float* stripes = stackalloc float[Stripes];
        int whole = units / Stripes * Stripes;
        TLanes parameters = TLanes.Broadcast(parameter);
        for (int stripe = 0; stripe < Stripes; stripe += TLanes.Count)
        {
            TLanes sum = TLanes.Broadcast(0);
            for (int unit = stripe; unit < whole; unit += Stripes)
                sum = TTerm.Add(sum, TLanes.Load(values + unit), parameters);
            sum.Store(stripes + stripe);
        }

        for (int unit = whole; unit < units; unit++)
        {
            float* stripe = stripes + (unit - whole);
            TTerm.Add(Lanes1.Load(stripe), Lanes1.Load(values + unit), Lanes1.Broadcast(parameter)).Store(stripe);
        }

        for (int half = Stripes / 2; half > 0; half /= 2)
        {
            for (int stripe = 0; stripe < half; stripe++)
                stripes[stripe] += stripes[stripe + half];
        }

        return stripes[0];
    }
}

/// <summary>The term that is summed, as a type.</summary>
internal interface ISumTerm
{
    /// <summary>sum + the term of <paramref name="value"/>.</summary>
    static abstract TLanes Add<TLanes>(TLanes sum, TLanes value, TLanes parameter) where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>The value itself.</summary>
internal readonly struct ValueTerm : ISumTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Add<TLanes>(TLanes sum, TLanes value, TLanes parameter) where TLanes : unmanaged, ILanes<TLanes> => sum + value;
}

/// <summary>(value - parameter)^2.</summary>
internal readonly struct SquaredDistanceTerm : ISumTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Add<TLanes>(TLanes sum, TLanes value, TLanes parameter) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes distance = value - parameter;
        return TLanes.MultiplyAdd(distance, distance, sum);
    }
}
