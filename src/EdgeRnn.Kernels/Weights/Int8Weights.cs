using System.Runtime.CompilerServices;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Weights;

/// <summary>
/// A word holds the 8-bit weights of four inputs. The inputs are two words of two 16-bit integers each, as
/// <see cref="Quantization.Quantize"/> writes them.
/// </summary>
internal readonly unsafe struct Int8Weights : IWeightFormat
{
    public static int InputsPerRow => 4;
    public static int WordsPerRow => 2;
    public static bool IsInteger => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxSums<TLanes>() where TLanes : unmanaged, ILanes<TLanes> => TLanes.MaxSumsOfPairs;

    public static float Pack<TLanes>(ReadOnlySpan<float> weights, int lane, float* row, nint rowLength)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float scale = Int8Row.Scale(weights), inverse = Quantization.Inverse(scale);
        for (int input = 0; input < weights.Length; input++)
        {
            ((sbyte*)(row + input / 4 * rowLength))[TLanes.ByteOffset(lane, input % 4)] =
                (sbyte)Quantization.Round(weights[input], inverse);
        }

        return scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Start<TLanes>(float* start) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Broadcast(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFirst<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.FirstPairs(TLanes.Load(words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadSecond<TLanes>(float* words) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.SecondPairs(TLanes.Load(words));
}
