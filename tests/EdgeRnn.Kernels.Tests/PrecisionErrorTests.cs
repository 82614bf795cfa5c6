using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests;

/// <summary>The error of each precision against unquantized weights in double precision.</summary>
public class PrecisionErrorTests
{
    // The bounds also hold for 1024 units, but the reference would take too long.
    private const int Units = 192, Frames = 1000, BlockSteps = 50, Seed = 17;

    private static readonly Lazy<(Cell Cell, float[] Frames, double[] Expected)> Example = new(MakeExample);

    [Theory]
    [InlineData(WeightPrecision.Fp32, 1e-6)]
    [InlineData(WeightPrecision.Bf16, 2.5e-3)]
    [InlineData(WeightPrecision.Int8, 1e-2)]
    internal void Run_SruOverAThousandFrames_IsWithinTheRelativeErrorOfItsPrecision(WeightPrecision precision, double bound)
    {
        (Cell? cell, float[]? frames, double[]? expected) = Example.Value;
        using GateLayer layer = KernelSet.Available[0].Compile(cell, precision);
        using AlignedBuffer state = LayerRun.State(layer, new float[Units]);
        var found = new List<float>();
        foreach (float[] block in frames.Chunk(BlockSteps * Units))
        {
            using var run = new LayerRun(layer, block, block);
            run.Run([new Segment(state, BlockSteps)]);
            found.AddRange(run.Outputs);
        }

        double error = RelativeRms(expected, [.. found]);
        int tenth = expected.Length / 10;
        double late = RelativeRms(expected[^tenth..], [.. found[^tenth..]]);

        Assert.True(error <= bound, $"Expected at most {bound:e1}, found {error:e2}, seed {Seed}.");
        Assert.True(late <= 1.5 * error, $"Expected no growth, found {late:e2} in the last tenth, {error:e2} in all, seed {Seed}.");
        Assert.True(error >= bound / 100, $"Expected the error of {precision}, found only {error:e2}: is it computed at all?");
    }

    /// <summary>An SRU initialized as in asappresearch/sru: gate matrices uniform with variance 1 / inputs, weightC with variance 1.</summary>
    private static (Cell Cell, float[] Frames, double[] Expected) MakeExample()
    {
        var random = new Random(Seed);
        var cell = new SruCase(Units, Units, SkipTerm.Input, Activation.Identity)
        {
            GateWeights = Uniform(3 * Units * Units, MathF.Sqrt(3f / Units)),
            Biases = new float[2 * Units],
            WeightC = Uniform(2 * Units, MathF.Sqrt(3)),
            SkipScale = MathF.Sqrt(3),
        };
        float[] frames = random.Normals(Frames * Units);
        return (cell.ToCell(), frames, cell.Run(frames, frames, new double[Units]));

        float[] Uniform(int count, float limit) => [.. Enumerable.Range(0, count).Select(_ => limit * (2 * random.NextSingle() - 1))];
    }

    private static double RelativeRms(double[] expected, float[] found) =>
        Math.Sqrt(expected.Zip(found).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / expected.Sum(value => value * value));
}
