namespace EdgeRnn.Kernels.Tests;

public class LayerNormTests
{
    private const int Frames = 5;

    public static IEnumerable<object[]> Variances() =>
        from kernels in TestData.KernelNames
        from variance in Enum.GetValues<LayerNormVariance>()
        select new object[] { kernels, variance };

    [Theory, MemberData(nameof(Variances))]
    internal void Run_EverySize_AgreesWithDoublePrecisionAndHasTheBitsOfScalar(string kernels, LayerNormVariance variance)
    {
        const int Seed = 21;
        var random = new Random(Seed);
        foreach (int units in TestData.Sizes)
        {
            var parameters = new LayerNormParameters(random.Normals(units), random.Normals(units), 1e-5f, variance);
            float[] frames = random.Normals(Frames * units);

            float[] found = Run(kernels, parameters, frames);

            double[] expected = ReferenceKernels.LayerNorm(
                parameters.Gain.ToArray(), parameters.Bias.ToArray(), 1e-5f, variance == LayerNormVariance.Unbiased, frames);
            Check.Close(expected, found, 2e-6, $"{units} units, seed {Seed}");
            Check.SameBits(Run("scalar", parameters, frames), found, $"{units} units, seed {Seed}");
        }
    }

    [Theory, MemberData(nameof(Variances))]
    internal void Run_InPlace_GivesTheSameBits(string kernels, LayerNormVariance variance)
    {
        var random = new Random(22);
        var parameters = new LayerNormParameters(random.Normals(13), random.Normals(13), 1e-6f, variance);
        float[] frames = random.Normals(Frames * 13);

        Check.SameBits(Run(kernels, parameters, frames), Run(kernels, parameters, frames, inPlace: true), "in place");
    }

    [Theory, MemberData(nameof(Variances))]
    internal void Run_NonFiniteValue_MakesItsFrameNaNAndNoOther(string kernels, LayerNormVariance variance)
    {
        float[] frames = new Random(23).Normals(3 * 13);
        (frames[3], frames[13 + 5]) = (float.NegativeInfinity, -float.NaN);

        uint[] bits = Run(kernels, new LayerNormParameters(new float[13], new float[13], 1e-5f, variance), frames).Bits();

        Assert.All(bits[..26], value => Assert.Equal(0x7FC00000u, value));
        Assert.All(bits[26..], value => Assert.Equal(0u, value & 0x7FFFFFFF));
    }

    [Fact]
    public void Run_AfterFirstCall_AllocatesNothing()
    {
        using LayerNorm norm = KernelSet.Available[0].Compile(new LayerNormParameters(new float[13], new float[13], 1e-5f, default));
        FrameRows rows = new float[13].ToRows(13);
        norm.Run(rows, rows, 1);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            norm.Run(rows, rows, 1);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        rows.Buffer.Dispose();
    }

    [Fact]
    public void Compile_WrongParameters_NamesExpectedAndFound()
    {
        Refused("Bias: expected 13 values like Gain, found 12.", new(new float[13], new float[12], 1e-5f, default));
        Refused("Epsilon: expected a positive number, found 0.", new(new float[13], new float[13], 0, default));
        Refused("Epsilon: expected a positive number, found NaN.", new(new float[13], new float[13], float.NaN, default));
        Refused("Variance: unknown value 7.", new(new float[13], new float[13], 1e-5f, (LayerNormVariance)7));
        Refused("Gain", new(default, default, 1e-5f, default));

        static void Refused(string message, LayerNormParameters parameters)
        {
            ArgumentException refused = Assert.ThrowsAny<ArgumentException>(() => KernelSet.Available[0].Compile(parameters));
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Run_WrongRows_Throws()
    {
        using LayerNorm norm = KernelSet.Available[0].Compile(new LayerNormParameters(new float[13], new float[13], 1e-5f, default));
        using var buffer = new AlignedBuffer(64);

        Assert.Throws<ArgumentException>(() => norm.Run(new FrameRows(buffer, 16), new FrameRows(buffer, 16), 5));
        Assert.Throws<ArgumentException>(() => norm.Run(new FrameRows(buffer, 16), new FrameRows(buffer, 32), 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => norm.Run(new FrameRows(buffer, 16), new FrameRows(buffer, 16), -1));
    }

    private static float[] Run(string kernels, LayerNormParameters parameters, float[] frames, bool inPlace = false)
    {
        int units = parameters.Gain.Length, count = frames.Length / units;
        using LayerNorm norm = KernelSet.Select(kernels).Compile(parameters);
        FrameRows inputs = frames.ToRows(units), outputs = inPlace ? inputs : new float[frames.Length].ToRows(units);
        norm.Run(inputs, outputs, count);
        float[] found = outputs.ToArray(count, units);
        inputs.Buffer.Dispose();
        outputs.Buffer.Dispose();
        return found;
    }
}
