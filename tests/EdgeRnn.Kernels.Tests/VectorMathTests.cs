using EdgeRnn.Kernels.Lanes;

namespace EdgeRnn.Kernels.Tests;

public class VectorMathTests
{
    /// <summary>The kernels' e^-87: the minimum of exp and sigmoid.</summary>
    private const float Min = 1.6458115e-38f;

    /// <summary>Every 2003rd float from -infinity to infinity, in order: 2 million, subnormals included.</summary>
    private static readonly float[] Sample = [.. OrderedFloats(step: 2003)];

    public static TheoryData<string> Kernels => new(TestData.KernelNames);

    [Theory, MemberData(nameof(Kernels))]
    public void Sigmoid_DenseSample_IsWithin2p5UlpAndMonotone(string kernels)
    {
        float[] results = Widths.Map<SigmoidFunction>(kernels, Sample);

        AssertWithin(2.5, results, x => 1 / (1 + Math.Exp(-Math.Max(x, -87))));
        AssertAscending(results, maxDrop: 0);
        Assert.All([results.Min(), results.Max()], value => Assert.InRange(value, Min, 1));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Tanh_DenseSample_IsWithin2p5UlpOddAndAtMostOne(string kernels)
    {
        float[] results = Widths.Map<TanhFunction>(kernels, Sample);
        float[] mirrored = Widths.Map<TanhFunction>(kernels, Array.ConvertAll(Sample, x => -x));

        AssertWithin(2.5, results, Math.Tanh);
        AssertAscending(results, maxDrop: 1.2e-7f);
        Assert.Equal((-1, 1), (results.Min(), results.Max()));
        Assert.Equal(results.Bits(), Array.ConvertAll(mirrored, value => -value).Bits());
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Exp_DenseSample_IsWithin1p1Ulp(string kernels) =>
        AssertWithin(1.1, Widths.Map<ExpFunction>(kernels, Sample), x => Math.Exp(Math.Clamp(x, -87, 87)));

    [Theory, MemberData(nameof(Kernels))]
    public void SigmoidAndTanh_SpecialValues_GiveTheirLimits(string kernels)
    {
        float[] values = [0, -0f, float.Epsilon, -1e-40f, float.PositiveInfinity, float.NegativeInfinity, 17, float.NaN];

        float[] sigmoid = Widths.Map<SigmoidFunction>(kernels, values);
        float[] tanh = Widths.Map<TanhFunction>(kernels, values);

        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f, 1, Min, 1, float.NaN], sigmoid, (a, b) => a.Equals(b) || MathF.BitIncrement(a) == b);
        Assert.Equal(new[] { 0, -0f, float.Epsilon, -1e-40f, 1, -1, 1 }.Bits(), tanh[..7].Bits());
        Assert.True(float.IsNaN(tanh[7]));
        Assert.True(float.IsNaN(Widths.Map<ExpFunction>(kernels, [float.NaN])[0]));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Functions_DenseSample_GiveTheBitsOfScalar(string kernels)
    {
        Check.SameBits(Widths.Map<SigmoidFunction>("scalar", Sample), Widths.Map<SigmoidFunction>(kernels, Sample), "sigmoid");
        Check.SameBits(Widths.Map<TanhFunction>("scalar", Sample), Widths.Map<TanhFunction>(kernels, Sample), "tanh");
        Check.SameBits(Widths.Map<ExpFunction>("scalar", Sample), Widths.Map<ExpFunction>(kernels, Sample), "exp");
    }

    private static IEnumerable<float> OrderedFloats(int step)
    {
        int infinity = BitConverter.SingleToInt32Bits(float.PositiveInfinity);
        for (long i = -infinity; i <= infinity; i += step)
            yield return i < 0 ? -BitConverter.Int32BitsToSingle((int)-i) : BitConverter.Int32BitsToSingle((int)i);
        yield return float.PositiveInfinity;
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

    private static void AssertAscending(float[] results, float maxDrop)
    {
        for (int i = 1; i < results.Length; i++)
        {
            if (!(results[i - 1] - results[i] <= maxDrop))
                Assert.Fail($"f({Sample[i]:r}) = {results[i]:r} is below f({Sample[i - 1]:r}) = {results[i - 1]:r}.");
        }
    }

    private readonly struct SigmoidFunction : ILaneFunction
    {
        public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => VectorMath.Sigmoid(x);
    }

    private readonly struct TanhFunction : ILaneFunction
    {
        public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => VectorMath.Tanh(x);
    }

    private readonly struct ExpFunction : ILaneFunction
    {
        public static TLanes Apply<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> => VectorMath.Exp(x);
    }
}
