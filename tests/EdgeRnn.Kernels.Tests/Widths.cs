using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Tests;

/// <summary>A function of one register, as a type.</summary>
internal interface ILaneFunction
{
    static abstract TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>Applies functions of registers at a named width.</summary>
internal static unsafe class Widths
{
    public static float[] Map<TFunction>(string kernels, float[] values) where TFunction : ILaneFunction => kernels switch
    {
        "v512" => Map<Lanes512, TFunction>(values),
        "v256" => Map<Lanes256, TFunction>(values),
        "v128" => Map<Lanes128, TFunction>(values),
        _ => Map<Lanes1, TFunction>(values),
    };

    private static float[] Map<TLanes, TFunction>(float[] values)
        where TLanes : unmanaged, ILanes<TLanes>
        where TFunction : ILaneFunction
    {
        float[] padded = new float[LanePadding.Pad(values.Length)];
        values.CopyTo(padded, 0);
        fixed (float* at = padded)
        {
            for (int i = 0; i < padded.Length; i += TLanes.Count)
                TFunction.Apply(TLanes.Load(at + i)).Store(at + i);
        }

        return padded[..values.Length];
    }
}
