using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Weights;

/// <summary>
/// A word holds two bfloat16 weights, that of the even input in its lower half. The inputs stay float32, and their products are added in
/// the order of the inputs.
/// </summary>
internal readonly unsafe struct BFloat16Weights : IWeightFormat
{
    public static int InputsPerRow => 2;
    public static int WordsPerRow => 2;
    public static bool IsInteger => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxSums<TLanes>() where TLanes : unmanaged, ILanes<TLanes> => TLanes.MaxSumsOfHalves;

    public static float Pack<TLanes>(ReadOnlySpan<float> weights, int lane, float* row, nint rowLength)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int input = 0; input < weights.Length; input++)
            ((ushort*)(row + input / 2 * rowLength + lane))[input % 2] = BFloat16.FromSingle(weights[input]);
        return 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Start<TLanes>(float* start) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Load(start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFirst<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.LowerHalves(TLanes.Load(words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadSecond<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.UpperHalves(TLanes.Load(words));
}
