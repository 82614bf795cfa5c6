using System.Text;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models.Families;

/// <summary>
/// Models of every cell family. What upstream computes is in the reference vectors; for those without, a double reference is here.
/// </summary>
public sealed class LayerFamiliesTests
{
    private const int Frames = 23, Units = TestPackage.Units;

    public static TheoryData<string> Families => [.. FamilyPackages.Families];

    [Theory, MemberData(nameof(Families))]
    public void Parse_OwnJson_GivesBackWhatWasWritten(string family)
    {
        byte[] json = Encoding.UTF8.GetBytes(FamilyPackages.Make(family).Manifest.ToJsonString());
        var manifest = ModelManifest.Parse("model.json", json);
        Assert.Equal(family, manifest.Layers.Family);
        Assert.Equal(manifest.ToJson(), ModelManifest.Parse("model.json", manifest.ToJson()).ToJson());
    }

    [Theory, MemberData(nameof(Families))]
    public void Run_CutsNeighborsAndWidths_GiveTheSameBits(string family)
    {
        const int Seed = 51;
        var random = new Random(Seed);
        float[][] inputs = Enumerable.Range(0, 3).Select(i => TestPackage.Frames(Frames, seed: i)).ToArray();
        using RecurrentModel scalar = FamilyPackages.Load(family, KernelSet.Select("scalar"));
        (float[] Output, float[] State)[] alone = inputs.Select(input => Streams.Run(scalar, input, null, 1)).ToArray();
        foreach (KernelSet kernels in KernelSet.Available)
        {
            using RecurrentModel model = FamilyPackages.Load(family, kernels);
            using Workspace workspace = model.CreateWorkspace(64);
            float[][] outputs = inputs.Select(_ => new float[Frames * Units]).ToArray();
            RecurrentState[] states = inputs.Select(_ => model.CreateState()).ToArray();
            int[] done = new int[inputs.Length];
            while (done.Any(frames => frames < Frames))
            {
                var segments = new List<FrameSegment>();
                for (int i = 0; i < inputs.Length; i++)
                {
                    int steps = Math.Min(random.Next(0, 6), Frames - done[i]);
                    if (steps > 0)
                        segments.Add(Streams.Segment(model, states[i], inputs[i], outputs[i], done[i], steps));
                    done[i] += steps;
                }

                model.Run([.. segments], workspace);
            }

            for (int i = 0; i < inputs.Length; i++)
            {
                string stream = $"{family} {kernels} stream {i} seed {Seed}";
                Assert.True(alone[i].Output.AsSpan().SequenceEqual(outputs[i]), $"{stream}: outputs differ");
                Assert.True(alone[i].State.AsSpan().SequenceEqual(Streams.Copy(states[i])), $"{stream}: states differ");
                states[i].Dispose();
            }
        }
    }

    [Theory]
    [InlineData("gru", "bias_hh_l2", "no such tensor by the manifest's options")]
    [InlineData("qrnn", "layers.2.linear.weight", "no such tensor by the manifest's options")]
    [InlineData("gilr", "layers.0.to_hidden_and_gate.weight", "no such tensor by the manifest's options")]
    [InlineData("lstm", "weight_ih_l0_reverse", "a module that can stream here")]
    [InlineData("lstm", "weight_hr_l0", "a module that can stream here")]
    [InlineData("mingru", "layers.0.to_out.weight", "a module that can stream here")]
    public void Load_UnreadTensorOfTheLayers_IsRefused(string family, string tensor, string expected)
    {
        TestPackage package = FamilyPackages.Make(family);
        package.Weights[tensor] = package.Random(Units);
        ModelException error = Assert.Throws<ModelException>(() => package.Load().Dispose());
        Assert.Contains($"{tensor}: expected {expected}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mingru", "layers.0.to_hidden_and_gate.bias")]
    [InlineData("lstm", "bias_ih_l0")]
    public void Load_BiasAgainstTheManifest_IsRefused(string family, string tensor)
    {
        ModelException error = Assert.Throws<ModelException>(() => FamilyPackages.Make(family).Set("layers.bias", false).Load().Dispose());
        Assert.Contains($"{tensor}: expected no such tensor", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Families))]
    public void Run_AfterWarmUp_AllocatesNothing(string family)
    {
        using RecurrentModel model = FamilyPackages.Load(family);
        using RecurrentState state = model.CreateState();
        using Workspace workspace = model.CreateWorkspace(Frames);
        FrameSegment[] segments = new[] { Streams.Segment(model, state, TestPackage.Frames(Frames), new float[Frames * Units], 0, Frames) };
        model.Run(segments, workspace);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            model.Run(segments, workspace);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("mingru", "to_hidden_and_gate", 2)]
    [InlineData("minlstm", "to_hidden_and_f_i_gate", 3)]
    [InlineData("gilr", "linear", 2)]
    public void Run_FamilyWithoutVectors_MatchesADoubleReference(string family, string tensor, int gates)
    {
        TestPackage package = FamilyPackages.Make(family);
        using RecurrentModel model = FamilyPackages.Load(family);
        float[] input = TestPackage.Frames(Frames);
        double[][] rows = input.Chunk(TestPackage.Inputs).Select(row => row.Select(x => (double)x).ToArray()).ToArray();
        for (int layer = 0; layer < 2; layer++)
        {
            string name = $"layers.{layer}.{tensor}";
            (float[] weight, float[] bias) = (package.Weights[$"{name}.weight"].Values, package.Weights[$"{name}.bias"].Values);
            double[] h = new double[Units];
            rows = [.. rows.Select(row => h = Step(family, Sums(weight, bias, row), h))];
        }

        float[] output = Streams.Run(model, input, null, Frames).Output;

        Assert.Equal(gates * Units * (TestPackage.Inputs + Units + 2), model.Parameters);
        Assert.All(rows.SelectMany(row => row).Zip(output), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
    }

    private static double[] Sums(float[] weight, float[] bias, double[] row) =>
        [.. bias.Select((b, i) => b + row.Select((x, j) => x * weight[i * row.Length + j]).Sum())];

    private static double[] Step(string family, double[] sums, double[] h) => [.. h.Select((last, unit) =>
    {
        double v = sums[unit];
        double first = Sigmoid(sums[Units + unit]);
        double second = sums.Length > 2 * Units ? Sigmoid(sums[2 * Units + unit]) : 0;
        return family switch
        {
            "mingru" => (1 - first) * last + first * (v >= 0 ? v + 0.5 : Sigmoid(v)),
            "minlstm" => first / (first + second) * last + second / (first + second) * v,
            _ => first * last + (1 - first) * (v >= 0 ? v : Math.Exp(v) - 1),
        };
    })];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
