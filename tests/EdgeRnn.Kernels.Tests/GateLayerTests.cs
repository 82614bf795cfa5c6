namespace EdgeRnn.Kernels.Tests;

public class GateLayerTests
{
    public static TheoryData<string, SkipTerm, Activation> SruOptions()
    {
        var options = new TheoryData<string, SkipTerm, Activation>();
        foreach (string kernels in TestData.KernelNames)
        {
            foreach (SkipTerm skipTerm in Enum.GetValues<SkipTerm>())
            {
                foreach (Activation activation in Enum.GetValues<Activation>()) options.Add(kernels, skipTerm, activation);
            }
        }
        return options;
    }

    [Theory, MemberData(nameof(SruOptions))]
    public void Run_Sru_AgreesWithDoublePrecision(string kernels, SkipTerm skipTerm, Activation activation)
    {
        const int Seed = 11, Frames = 15;
        var random = new Random(Seed);
        foreach (int units in TestData.Sizes)
        {
            int inputs = skipTerm == SkipTerm.Input ? units : TestData.Sizes[random.Next(TestData.Sizes.Length)];
            SruCase cell = SruCase.Random(random, inputs, units, skipTerm, activation);
            float[] frames = random.Normals(Frames * inputs), skip = random.Normals(Frames * units), start = random.Normals(units);
            double[] state = Array.ConvertAll(start, value => (double)value);
            double[] expected = ReferenceKernels.Sru(cell, frames, skip, state);

            using GateLayer layer = KernelSet.Select(kernels).Compile(cell.ToCell());
            using var run = new LayerRun(layer, frames, skip);
            using AlignedBuffer carried = LayerRun.State(layer, start);
            run.Run([new Segment(carried, Frames)]);

            Check.Close(expected, run.Outputs, 2e-5, $"outputs of {cell.Inputs} x {units}, seed {Seed}");
            Check.Close(state, carried.Span[..units].ToArray(), 2e-5, $"state of {cell.Inputs} x {units}, seed {Seed}");
        }
    }
}
