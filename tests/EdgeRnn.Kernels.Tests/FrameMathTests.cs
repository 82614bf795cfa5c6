namespace EdgeRnn.Kernels.Tests;

public class FrameMathTests
{
    private const int Frames = 5;

    public static TheoryData<string> Kernels => new(TestData.KernelNames);

    [Theory, MemberData(nameof(Kernels))]
    public void Softmax_EverySize_AgreesWithDoublePrecisionAndHasTheBitsOfScalar(string kernels)
    {
        const int Seed = 31;
        var random = new Random(Seed);
        foreach (int units in TestData.Sizes)
        {
            float[] frames = random.Normals(Frames * units, 20);

            float[] found = Softmax(kernels, frames, units);

            Check.Close(ReferenceKernels.Softmax(frames, units), found, 1e-6, $"{units} units, seed {Seed}");
            Check.SameBits(Softmax("scalar", frames, units), found, $"{units} units, seed {Seed}");
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Softmax_NonFiniteValues_GivesNaNRowsAsDocumented(string kernels)
    {
        const float Inf = float.PositiveInfinity;
        float[] rows = [0, -Inf, 0, /**/ 1, -float.NaN, 0, /**/ Inf, 1, 2, /**/ -Inf, -Inf, -Inf, /**/ 1e38f, -1e38f, 1e38f];

        uint[] bits = Softmax(kernels, rows, 3).Bits();

        float[] finite = [.. bits[..3].Concat(bits[12..]).Select(BitConverter.UInt32BitsToSingle)];
        Assert.Equal([0.5f, 0, 0.5f, 0.5f, 0, 0.5f], finite.Select(value => MathF.Round(value, 6)));
        Assert.All(bits[3..12], value => Assert.Equal(0x7FC00000u, value));
    }

    [Fact]
    public void Softmax_WrongArguments_Throws()
    {
        using var buffer = new AlignedBuffer(32);
        KernelSet set = KernelSet.Available[0];

        Assert.Throws<ArgumentException>(() => set.Softmax(new FrameRows(buffer, 16), 3, 13));
        Assert.Throws<ArgumentException>(() => set.Softmax(new FrameRows(buffer, 16), 1, 17));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Softmax(new FrameRows(buffer, 16), 1, 0));
        Assert.Throws<ArgumentNullException>(() => set.Softmax(default, 1, 13));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void NormalizeInputs_MeanAndDeviation_GivesTheBitsOfPlainFloatArithmetic(string kernels)
    {
        const int Seed = 32;
        var random = new Random(Seed);
        foreach (int size in TestData.Sizes)
        {
            float[] frames = random.Normals(Frames * size), mean = random.Normals(size), deviation = random.Normals(size);
            using var buffer = new AlignedBuffer((Frames + 2) * LanePadding.Pad(size));
            var rows = new FrameRows(buffer, LanePadding.Pad(size));

            KernelSet.Select(kernels).NormalizeInputs(frames, size, mean, deviation, rows, firstRow: 2);

            float[] expected = [.. frames.Select((x, i) => (x - mean[i % size]) / deviation[i % size])];
            Check.SameBits([.. new float[2 * size], .. expected], rows.ToArray(Frames + 2, size), $"{size} values, seed {Seed}");
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void NormalizeInputs_NoMean_CopiesTheFrames(string kernels)
    {
        float[] frames = [1, float.NaN, -0f, 4, 5, 6];
        using var buffer = new AlignedBuffer(32);

        KernelSet.Select(kernels).NormalizeInputs(frames, 3, [], [], new FrameRows(buffer, 16), 0);

        Check.SameBits(frames, new FrameRows(buffer, 16).ToArray(2, 3), "copy");
    }

    [Fact]
    public void NormalizeInputs_WrongLengths_Throws()
    {
        using var buffer = new AlignedBuffer(32);
        var rows = new FrameRows(buffer, 16);
        KernelSet set = KernelSet.Available[0];

        Assert.Throws<ArgumentException>(() => set.NormalizeInputs(new float[8], 3, [], [], rows, 0));
        Assert.Throws<ArgumentException>(() => set.NormalizeInputs(new float[9], 3, [], [], rows, 0));
        Assert.Throws<ArgumentException>(() => set.NormalizeInputs(new float[6], 3, [], [], rows, 1));
        Assert.Throws<ArgumentException>(() => set.NormalizeInputs(new float[6], 3, new float[3], [], rows, 0));
        Assert.Throws<ArgumentException>(() => set.NormalizeInputs(new float[6], 3, new float[2], new float[2], rows, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.NormalizeInputs([], 0, [], [], rows, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.NormalizeInputs([], 3, [], [], rows, -1));
    }

    [Fact]
    public void RowOperations_AfterFirstCall_AllocateNothing()
    {
        float[] frames = new float[26], mean = new float[13], deviation = new float[13];
        using var buffer = new AlignedBuffer(32);
        KernelSet set = KernelSet.Available[0];
        Run();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Run();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run()
        {
            set.NormalizeInputs(frames, 13, mean, deviation, new FrameRows(buffer, 16), 0);
            set.Softmax(new FrameRows(buffer, 16), 2, 13);
        }
    }

    private static float[] Softmax(string kernels, float[] frames, int units)
    {
        FrameRows rows = frames.ToRows(units);
        KernelSet.Select(kernels).Softmax(rows, frames.Length / units, units);
        float[] found = rows.ToArray(frames.Length / units, units);
        rows.Buffer.Dispose();
        return found;
    }
}
