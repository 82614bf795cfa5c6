using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Weights;

/// <summary>A word is one float32 weight.</summary>
internal readonly unsafe struct SingleWeights : IWeightFormat
{
    public static int InputsPerRow => 1;
    public static int WordsPerRow => 1;
    public static bool IsInteger => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxSums<TLanes>() where TLanes : unmanaged, ILanes<TLanes> => TLanes.MaxSums;

    public static float Pack<TLanes>(ReadOnlySpan<float> weights, int lane, float* row, nint rowLength)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int input = 0; input < weights.Length; input++, row += rowLength)
            row[lane] = weights[input];
        return 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Start<TLanes>(float* start) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Load(start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFirst<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Load(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadSecond<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes> => default;
}
