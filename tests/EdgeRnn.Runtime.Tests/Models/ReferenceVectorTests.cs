using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Packages.Import;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models;

/// <summary>Every configuration of the reference vectors, imported, loaded and run at every SIMD width.</summary>
public sealed class ReferenceVectorTests
{
    private static readonly int[][] Cuts = [[1], [7], [1, 2, 3, 5, 8, 13], [16], [4, 1, 9]];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string vector in ReferenceVector.Streamable)
        {
            foreach (string kernels in KernelSets.Names)
                cases.Add(vector, kernels);
        }

        return cases;
    }

    [Fact]
    public void Cases_InRepository_AreAllStreamableVectors() => Assert.Equal(28, ReferenceVector.Streamable.Count());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_ReferenceVectorInAnyCut_MatchesUpstream(string vectorName, string kernels)
    {
        var vector = new ReferenceVector(vectorName);
        using var folder = new TemporaryFolder();
        ModelImporter.Import(vector.ConfigPath, vector.WeightsPath, null, null, folder["model"]);
        using RecurrentModel model = ModelLoader.Load(folder["model"], KernelSet.Select(kernels));
        int frames = vector.Input.Length / model.InputSize;

        (float[] Output, float[] State) whole = Streams.Run(model, vector.Input, vector.Start, frames);

        AssertClose(vector.Output, whole.Output, vector.Tolerance, "output");
        AssertClose(vector.StateOut(model), whole.State, vector.Tolerance, "state");
        foreach (int[] cuts in Cuts)
        {
            (float[] output, float[] state) = Streams.Run(model, vector.Input, vector.Start, cuts);
            Assert.Equal(Bits(whole.Output), Bits(output));
            Assert.Equal(Bits(whole.State), Bits(state));
        }
    }

    [Fact]
    public void Run_AtEveryWidth_GivesTheSameBits()
    {
        foreach (string name in ReferenceVector.Streamable)
        {
            var vector = new ReferenceVector(name);
            using var folder = new TemporaryFolder();
            ModelImporter.Import(vector.ConfigPath, vector.WeightsPath, null, null, folder["model"]);
            var results = KernelSet.Available.Select(kernels =>
            {
                using RecurrentModel model = ModelLoader.Load(folder["model"], kernels);
                (float[] output, float[] state) = Streams.Run(model, vector.Input, vector.Start, 11);
                return Bits([.. output, .. state]);
            }).ToList();
            Assert.All(results, result => Assert.Equal(results[0], result));
        }
    }

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];

    private static void AssertClose(double[] expected, float[] found, double tolerance, string what)
    {
        Assert.Equal(expected.Length, found.Length);
        double worst = expected.Zip(found, (e, f) => Math.Abs(e - f)).Max();
        Assert.True(worst <= tolerance, $"{what}: expected within {tolerance:g3} of upstream, found {worst:g3}");
    }
}
