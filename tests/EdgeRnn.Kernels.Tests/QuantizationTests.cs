using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>The edge cases of quantized weights and frames.</summary>
public class QuantizationTests
{
    private const int Inputs = 7, Units = 13;

    public static TheoryData<string> Kernels => new(TestData.KernelNames);

    [Theory, MemberData(nameof(Kernels))]
    public void Run_MaximumProducts_DoesNotOverflow(string kernels)
    {
        foreach (int inputs in new[] { 1, 4, 515, 516, 517, 1024, 4099 })
        {
            float[] weights = Ones(inputs * Units), frame = Ones(inputs), mirrored = [.. frame.Select(value => -value)];

            float[] outputs = Run(kernels, inputs, weights, [.. frame, .. mirrored]);

            Assert.All(outputs[..Units], value => Assert.Equal(inputs, value, 1e-4f * inputs));
            Assert.All(outputs[Units..], value => Assert.Equal(-inputs, value, 1e-4f * inputs));
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Run_NonFiniteFrame_MakesOnlyItsSumsNaN(string kernels)
    {
        var random = new Random(1);
        float[] weights = random.Normals(Inputs * Units), frames = random.Normals(11 * Inputs);
        float[] expected = Run(kernels, Inputs, weights, frames);
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            float[] hostile = [.. frames];
            hostile[5 * Inputs + 3] = value;

            float[] outputs = Run(kernels, Inputs, weights, hostile);

            Assert.All(outputs[(5 * Units)..(6 * Units)], output => Assert.Equal(0x7FC00000u, BitConverter.SingleToUInt32Bits(output)));
            Check.SameBits(Others(expected), Others(outputs), "other frames");
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Run_ZeroOrTinyFrame_GivesTheBias(string kernels)
    {
        float[] frames = [.. new float[Inputs], .. Enumerable.Repeat(float.Epsilon, Inputs), .. Enumerable.Repeat(-1e-35f, Inputs)];

        Assert.All(Run(kernels, Inputs, Ones(Inputs * Units), frames, bias: 0.25f), value => Assert.Equal(0.25f, value));
    }

    [Fact]
    public void Quantize_QuantizedRow_ReturnsItUnchanged()
    {
        const int Seed = 3;
        var random = new Random(Seed);
        for (int round = 0; round < 1000; round++)
        {
            float[] weights = random.Normals(33, MathF.Pow(10, random.Next(-20, 20)));
            sbyte[] integers = new sbyte[33], again = new sbyte[33];

            float scale = Int8Row.Quantize(weights, integers);
            float scaleAgain = Int8Row.Quantize([.. integers.Select(value => value * scale)], again);

            Assert.True(scale == scaleAgain && integers.SequenceEqual(again), $"round {round}, seed {Seed}");
            Assert.Equal(127, integers.Max(value => Math.Abs((int)value)));
        }
    }

    [Fact]
    public void Quantize_OtherLength_Throws() =>
        Assert.Contains("expected 3", Assert.Throws<ArgumentException>(() => Int8Row.Quantize(new float[3], new sbyte[2])).Message);

    [Fact]
    public void FromSingle_Halfway_RoundsToEven()
    {
        (uint Single, ushort Expected)[] cases =
        [
            (0x3F800000, 0x3F80), (0x3F808000, 0x3F80), (0x3F808001, 0x3F81), (0x3F818000, 0x3F82), (0xBF80FFFF, 0xBF81),
            (0x7F7FFFFF, 0x7F80), (0x7F800000, 0x7F80), (0x7F800001, 0x7FC0), (0xFFFFFFFF, 0x7FC0), (0x80000000, 0x8000),
        ];
        foreach ((uint single, ushort expected) in cases)
            Assert.Equal(expected, BFloat16.FromSingle(BitConverter.UInt32BitsToSingle(single)));
    }

    [Theory]
    [InlineData(WeightPrecision.Bf16, 4)]
    [InlineData(WeightPrecision.Int8, 2 + 1)]
    internal void WeightBytes_LowPrecision_IncludesPackedRowsAndScales(WeightPrecision precision, int rows)
    {
        using GateLayer layer = KernelSet.Select("scalar").Compile(Linear(Inputs, Ones(Inputs * Units), 0), precision);
        Assert.Equal(sizeof(float) * Units * (rows + 1), layer.WeightBytes);
    }

    private static float[] Run(string kernels, int inputs, float[] weights, float[] frames, float bias = 0)
    {
        int count = frames.Length / inputs;
        using GateLayer layer = KernelSet.Select(kernels).Compile(Linear(inputs, weights, bias), WeightPrecision.Int8);
        using var run = new LayerRun(layer, frames, new float[count * Units]);
        run.Run([new Segment(null!, count)]);
        return run.Outputs;
    }

    private static LinearCell Linear(int inputs, float[] weights, float bias) =>
        new(inputs, Units, weights, Enumerable.Repeat(bias, Units).ToArray(), OutputActivation.None);

    /// <summary>The outputs of all frames except frame 5.</summary>
    private static float[] Others(float[] outputs) => [.. outputs[..(5 * Units)], .. outputs[(6 * Units)..]];

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];
}
