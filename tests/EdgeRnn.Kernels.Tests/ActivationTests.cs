using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Tests;

/// <summary>The activations of candidates.</summary>
public class ActivationTests
{
    private static readonly float[] Sample =
        [.. Enumerable.Range(-88000, 176001).Select(i => i / 1000f), 1e-7f, -1e-7f, -1e-20f, 1e30f];

    public static TheoryData<string> Kernels => new(TestData.KernelNames);

    [Theory, MemberData(nameof(Kernels))]
    public void Elu_DenseSample_IsWithin2p5Ulp(string kernels) =>
        AssertWithin(2.5, Widths.Map<Elu>(kernels, Sample), x => x >= 0 ? x : Expm1(Math.Max(x, -87)));

    [Theory, MemberData(nameof(Kernels))]
    public void LogSpace_DenseSample_IsWithin2p5UlpAndPositive(string kernels)
    {
        float[] results = Widths.Map<LogSpace>(kernels, Sample);
        AssertWithin(2.5, results, x => x >= 0 ? x + 0.5 : 1 / (1 + Math.Exp(-Math.Max(x, -87))));
        Assert.All(results, value => Assert.True(value > 0));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void EluAndLogSpace_SpecialValues_GiveTheirLimits(string kernels)
    {
        float[] values = [0, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        Assert.Equal([0, 0, float.PositiveInfinity, -1, float.NaN], Widths.Map<Elu>(kernels, values));
        Assert.Equal([0.5f, 0.5f, float.PositiveInfinity], Widths.Map<LogSpace>(kernels, values)[..3]);
        Assert.True(float.IsNaN(Widths.Map<LogSpace>(kernels, values)[4]));
    }

    /// <summary>e^x - 1 without cancellation: Kahan's quotient.</summary>
    private static double Expm1(double x)
    {
        double e = Math.Exp(x);
        return e == 1 ? x : (e - 1) * x / Math.Log(e);
    }

    private static void AssertWithin(double ulps, float[] results, Func<double, double> exact)
    {
        for (int i = 0; i < results.Length; i++)
        {
            double expected = exact(Sample[i]);
            float rounded = MathF.Abs((float)expected);
            double error = Math.Abs(results[i] - expected) / (MathF.BitIncrement(rounded) - rounded);
            if (!(error <= ulps))
                Assert.Fail($"f({Sample[i]:r}) should be {expected:r}, found {results[i]:r}: {error:f2} ULP.");
        }
    }

    private readonly struct Elu : ILaneFunction
    {
        public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => EluActivation.Apply(x);
    }

    private readonly struct LogSpace : ILaneFunction
    {
        public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => LogSpaceActivation.Apply(x);
    }
}
