using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>Every operand, including the packed weights, lies at a guard page; a violation ends the test process.</summary>
public class GuardPageTests
{
    public static TheoryData<string, bool> Placements()
    {
        var placements = new TheoryData<string, bool>();
        foreach (string kernels in TestData.KernelNames)
        {
            placements.Add(kernels, true);
            placements.Add(kernels, false);
        }

        return placements;
    }

    [LinuxTheory, MemberData(nameof(Placements))]
    public void GateLayer_OperandsAtGuardPages_StaysInside(string kernels, bool atEnd)
    {
        var random = new Random(5);
        var set = KernelSet.Select(kernels);
        foreach (int units in TestData.Sizes)
        {
            foreach (int frames in new[] { 1, 2, 3, 7, 8, 15 })
            {
                using var memory = new GuardedMemory(atEnd);
                int inputs = TestData.Sizes[random.Next(TestData.Sizes.Length)];
                foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
                {
                    foreach (string name in CellCase.Names.Where(_ => random.Next(5) == 0))
                        Run(CellCase.Random(name, random, inputs, units).ToCell(), precision);
                    Run(new LinearCell(inputs, units, random.Normals(units * inputs), default, OutputActivation.Sigmoid), precision);
                }

                Run(LstmCase.Random(random, inputs, units).ToCell());
                Run(GruCase.Random(random, inputs, units).ToCell());

                void Run(Cell cell, WeightPrecision precision = WeightPrecision.Fp32)
                {
                    using GateLayer layer = set.Compile(cell, new PackingOptions(precision, memory.Allocate));
                    using var run = new LayerRun(layer, random.Normals(frames * inputs), random.Normals(frames * units), memory.Allocate);
                    run.Run([new Segment(LayerRun.State(layer, [], memory.Allocate), frames)]);
                }
            }
        }
    }

    [LinuxTheory, MemberData(nameof(Placements))]
    public void RowOperations_OperandsAtGuardPages_StayInside(string kernels, bool atEnd)
    {
        const int Frames = 3;
        var random = new Random(6);
        var set = KernelSet.Select(kernels);
        foreach (int units in TestData.Sizes)
        {
            using var memory = new GuardedMemory(atEnd);
            FrameRows rows = random.Normals(Frames * units).ToRows(units, memory.Allocate);
            FrameRows normalized = new float[Frames * units].ToRows(units, memory.Allocate);
            Span<float> frames = memory.Allocate(Frames * units).Span, mean = memory.Allocate(units).Span;
            Span<float> deviation = memory.Allocate(units).Span;
            deviation.Fill(1);

            using LayerNorm norm = set.Compile(
                new LayerNormParameters(random.Normals(units), random.Normals(units), 1e-5f, LayerNormVariance.Biased), memory.Allocate);
            norm.Run(rows, normalized, Frames);
            set.Softmax(normalized, Frames, units);
            set.NormalizeInputs(frames, units, mean, deviation, rows, 0);
        }
    }

    /// <summary>Linux only, because GuardedMemory uses Linux's mmap flags. The kernels are the same code on every system.</summary>
    private sealed class LinuxTheoryAttribute : TheoryAttribute
    {
        public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Guard pages need the mmap flags of Linux.";
    }
}
