using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Tests;

public class LanesTests
{
    private const float Tiny = float.Epsilon;
    private static readonly float PayloadNaN = BitConverter.UInt32BitsToSingle(0xFFABCDEF);

    public static TheoryData<string> Kernels => new(TestData.KernelNames);

    [Theory, MemberData(nameof(Kernels))]
    public void Positive_SpecialValues_GivesPlusZeroAndKeepsNaN(string kernels)
    {
        float[] values = [-0f, 0f, -Tiny, Tiny, -1, 1, float.NegativeInfinity, float.PositiveInfinity, float.NaN, PayloadNaN];
        float[] positive = Widths.Map<PositiveFunction>(kernels, values);

        Assert.Equal(new[] { 0f, 0, 0, Tiny, 0, 1, 0, float.PositiveInfinity }.Bits(), positive[..8].Bits());
        Assert.All(positive[8..], value => Assert.True(float.IsNaN(value)));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void CanonicalizeNaN_AnyNaN_IsThePattern7FC00000(string kernels)
    {
        float[] values = [float.NaN, PayloadNaN, BitConverter.UInt32BitsToSingle(0x7F800001), -0f, 0, -1, Tiny, float.NegativeInfinity];

        uint[] bits = Widths.Map<CanonicalizeNaNFunction>(kernels, values).Bits();

        Assert.Equal([0x7FC00000, 0x7FC00000, 0x7FC00000, .. values[3..].Bits()], bits);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Clamp_SpecialValues_LimitsAndKeepsNaN(string kernels)
    {
        float[] values = [-4, 4, 3, -3, -0f, 0, float.NegativeInfinity, float.PositiveInfinity, float.NaN];

        float[] clamped = Widths.Map<ClampFunction>(kernels, values);

        Assert.Equal(new[] { -3f, 3, 3, -3, -0f, 0, -3, 3 }.Bits(), clamped[..8].Bits());
        Assert.True(float.IsNaN(clamped[8]));
    }

    private readonly struct PositiveFunction : ILaneFunction
    {
        public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Positive(x);
    }

    private readonly struct CanonicalizeNaNFunction : ILaneFunction
    {
        public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => TLanes.CanonicalizeNaN(x);
    }

    private readonly struct ClampFunction : ILaneFunction
    {
        public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => TLanes.Clamp(x, 3);
    }
}
