using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>Every kind of cell, at every width and precision.</summary>
public class CellKernelTests
{
    private const int Inputs = 7, Units = 13, Frames = 11;
    private const double Tolerance = 3e-5;

    // A previous output may round to the next of its 16-bit integers.
    private const double QuantizedFeedbackTolerance = 2e-4;

    private static readonly float[] Special =
    [
        float.NaN, BitConverter.UInt32BitsToSingle(0xFFC12345), float.PositiveInfinity, float.NegativeInfinity,
        -0f, float.Epsilon, -1e-40f, float.MaxValue, -float.MaxValue,
    ];

    public static IEnumerable<object[]> Cells() =>
        from kernels in TestData.KernelNames
        from precision in Enum.GetValues<WeightPrecision>()
        from name in CellCase.Names
        select new object[] { kernels, name, precision };

    [Theory, MemberData(nameof(Cells))]
    internal void Run_EverySize_AgreesWithDoublePrecision(string kernels, string name, WeightPrecision precision)
    {
        const int Seed = 11;
        var random = new Random(Seed);
        foreach (int units in TestData.Sizes)
        {
            bool skipsInput = name.Contains(nameof(SkipTerm.Input), StringComparison.Ordinal);
            var cell = CellCase.Random(name, random, skipsInput ? units : TestData.Sizes[random.Next(TestData.Sizes.Length)], units);
            float[] frames = random.Normals(Frames * cell.Inputs), skip = random.Normals(Frames * units);
            float[] start = random.Normals(cell.StateVectors * units);
            double[] state = CellCase.Widen(start);
            double[] expected = cell.In(precision).Run(LowPrecision.Frames(frames, cell.Inputs, precision), skip, state);

            (float[] outputs, float[] carried) = Run(kernels, precision, cell, frames, skip, start);
            bool quantizesFeedback = cell is LstmCase or GruCase && precision == WeightPrecision.Int8;
            double tolerance = quantizesFeedback ? QuantizedFeedbackTolerance : Tolerance;

            Check.Close(expected, outputs, tolerance, $"outputs of {name} {precision} {cell.Inputs} x {units}, seed {Seed}");
            Check.Close(state, carried, tolerance, $"state of {name} {precision} {cell.Inputs} x {units}, seed {Seed}");
        }
    }

    [Theory, MemberData(nameof(Cells))]
    internal void Run_NonFiniteAndExtremeValues_GivesTheBitsOfScalarWithCanonicalNaNs(string kernels, string name, WeightPrecision precision)
    {
        const int Seed = 14;
        var random = new Random(Seed);
        for (int round = 0; round < 30; round++)
        {
            var cell = CellCase.Random(name, random, Inputs, Units);
            float[] frames = random.Normals(Frames * Inputs), skip = random.Normals(Frames * Units);
            float[] start = random.Normals(cell.StateVectors * Units);
            foreach (float[] operand in (float[][])[.. cell.Operands, frames, skip, start])
                operand[random.Next(operand.Length)] = Special[random.Next(Special.Length)];

            (float[] Outputs, float[] State) expected = Run("scalar", precision, cell, frames, skip, start);
            (float[] Outputs, float[] State) found = Run(kernels, precision, cell, frames, skip, start);

            Check.SameBits(expected.Outputs, found.Outputs, $"outputs of {name}, round {round}, seed {Seed}");
            Check.SameBits(expected.State, found.State, $"state of {name}, round {round}, seed {Seed}");
            Assert.All([.. found.Outputs.Concat(found.State).Where(float.IsNaN).Bits()], bits => Assert.Equal(0x7FC00000u, bits));
        }
    }

    [Theory, MemberData(nameof(Cells))]
    internal void Run_AfterFirstCall_AllocatesNothing(string kernels, string name, WeightPrecision precision)
    {
        var random = new Random(15);
        using GateLayer layer = KernelSet.Select(kernels).Compile(CellCase.Random(name, random, Inputs, Units).ToCell(), precision);
        using LayerRun buffers = new(layer, random.Normals(Frames * Inputs), random.Normals(Frames * Units));
        using AlignedBuffer first = LayerRun.State(layer, []), second = LayerRun.State(layer, []);
        Segment[] segments = [new(first, 2), new(second, Frames - 2)];
        buffers.Run(segments);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            buffers.Run(segments);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Compile_Lstm_ReportsItsSizes()
    {
        using GateLayer layer = KernelSet.Select("scalar").Compile(LstmCase.Random(new Random(16), Inputs, Units).ToCell());

        Assert.Equal((2, 32), (layer.StateVectors, layer.StateSize));
        Assert.Equal(sizeof(float) * 4 * Units * (Inputs + 1 + Units + 1), layer.WeightBytes);
        // Packed inputs or previous outputs; then per frame four planes of sums, the previous outputs, and the place of a session.
        Assert.Equal(80 + 5 * (4 + 1 + 1) * 16, layer.ScratchLength(5));
    }

    private static (float[] Outputs, float[] State) Run(
        string kernels, WeightPrecision precision, CellCase cell, float[] frames, float[] skip, float[] start)
    {
        using GateLayer layer = KernelSet.Select(kernels).Compile(cell.ToCell(), precision);
        using LayerRun run = new(layer, frames, skip);
        using AlignedBuffer state = LayerRun.State(layer, start);
        run.Run([new Segment(state, frames.Length / cell.Inputs)]);
        return (run.Outputs, LayerRun.Units(layer, state));
    }
}
