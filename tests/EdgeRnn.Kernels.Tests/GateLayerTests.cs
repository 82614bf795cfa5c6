using EdgeRnn.Kernels.Cells;

namespace EdgeRnn.Kernels.Tests;

public class GateLayerTests
{
    private const int Inputs = 7, Units = 13, Frames = 11;

    public static TheoryData<string> Kernels => new(TestData.KernelNames);

    [Theory, MemberData(nameof(Kernels))]
    public void Run_Linear_AgreesWithDoublePrecision(string kernels)
    {
        const int Seed = 12;
        var random = new Random(Seed);
        foreach (int units in TestData.Sizes)
        {
            int inputs = TestData.Sizes[random.Next(TestData.Sizes.Length)];
            float[] weights = random.Normals(units * inputs, 1 / MathF.Sqrt(inputs)), frames = random.Normals(Frames * inputs);
            float[] bias = random.Next(3) == 0 ? [] : random.Normals(units);
            foreach (OutputActivation activation in Enum.GetValues<OutputActivation>())
            {
                using GateLayer layer = KernelSet.Select(kernels).Compile(new LinearCell(inputs, units, weights, bias, activation));
                using var run = new LayerRun(layer, frames, new float[Frames * units]);
                run.Run([new Segment(null!, Frames)]);

                double[] expected = ReferenceKernels.Linear(weights, bias, inputs, units, activation, frames);
                Check.Close(expected, run.Outputs, 2e-6, $"{inputs} x {units}, {activation}, seed {Seed}");
            }
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Run_StateOffset_ChangesOnlyTheLayersPartOfTheState(string kernels)
    {
        var random = new Random(13);
        using GateLayer layer = KernelSet.Select(kernels).Compile(Example(random).ToCell());
        using LayerRun buffers = new(layer, random.Normals(Frames * Inputs), random.Normals(Frames * Units));
        using var state = new AlignedBuffer(48);
        using var alone = new AlignedBuffer(16);
        state.Span.Fill(0.25f);
        state.Span.Slice(16, 16).Clear();

        buffers.Run([new Segment(state, Frames)], stateOffset: 16);
        float[] outputs = buffers.Outputs;
        buffers.Run([new Segment(alone, Frames)]);

        Check.SameBits(buffers.Outputs, outputs, "outputs");
        Check.SameBits(alone.Span.ToArray(), state.Span.Slice(16, 16).ToArray(), "state");
        Assert.All(state.Span[..16].ToArray().Concat(state.Span[32..].ToArray()), value => Assert.Equal(0.25f, value));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Run_AfterFirstCall_AllocatesNothing(string kernels)
    {
        var random = new Random(15);
        using GateLayer layer = KernelSet.Select(kernels).Compile(Example(random).ToCell());
        using LayerRun buffers = new(layer, random.Normals(Frames * Inputs), random.Normals(Frames * Units));
        using AlignedBuffer first = LayerRun.State(layer, []), second = LayerRun.State(layer, []);
        Segment[] segments = [new(first, 2), new(second, Frames - 2)];
        buffers.Run(segments);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            buffers.Run(segments);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Compile_SruOfOddSize_ReportsItsSizes(string kernels)
    {
        var set = KernelSet.Select(kernels);
        using GateLayer layer = set.Compile(Example(new Random(16)).ToCell());

        int padded = (Units + set.Lanes - 1) / set.Lanes * set.Lanes;
        Assert.Equal((Inputs, Units, 16), (layer.Inputs, layer.Units, layer.StateSize));
        Assert.Equal(sizeof(float) * padded * (3 * (Inputs + 1) + 3), layer.WeightBytes); // including biases, weightC and skip scale
        Assert.Equal(48, layer.ScratchLength(5));
    }

    private static SruCase Example(Random random) => SruCase.Random(random, Inputs, Units, SkipTerm.Input, Activation.Tanh);
}
