using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models.Running;

public sealed class RecurrentModelTests
{
    private const int Frames = 23;

    [Fact]
    public void Load_SmallPackage_DescribesIt()
    {
        using RecurrentModel model = new TestPackage().Load();

        Assert.Equal(("small", "1", "sru", "fp32"), (model.Name, model.Version, model.Family, model.Precision));
        Assert.Equal((TestPackage.Inputs, TestPackage.Outputs, 2), (model.InputSize, model.OutputSize, model.LayerCount));
        Assert.Equal(["a", "b", "c", "d", "e"], model.Labels);
        // 7x52 + 13x39 gates, 26 + 26 + 1 per layer, 5x13 + 5 head; the input's normalization is not the network's.
        Assert.Equal(364 + 507 + 106 + 70, model.Parameters);
        Assert.Equal(4 * model.Parameters, model.WeightBytes);
        Assert.Equal(2 * TestPackage.Units * 4, model.StateBytes);
        Assert.True(model.RejectsNonFinite);
        Assert.Matches("^[0-9a-f]{64}$", model.Fingerprint);
    }

    [Fact]
    public void WarmUp_Always_LeavesNothingToCompileForAPass()
    {
        using RecurrentModel model = new TestPackage().Load();
        model.WarmUp();
        using RecurrentState state = model.CreateState();
        using Workspace workspace = model.CreateWorkspace(Frames);
        float[] frames = TestPackage.Frames(Frames);
        float[] outputs = new float[Frames * TestPackage.Outputs];

        long before = System.Runtime.JitInfo.GetCompiledMethodCount(currentThread: true);
        for (int steps = 1; steps <= 16; steps++)
        {
            Memory<float> input = frames.AsMemory(0, steps * TestPackage.Inputs);
            Memory<float> output = outputs.AsMemory(0, steps * TestPackage.Outputs);
            model.Run([new FrameSegment(state, input, output)], workspace);
        }

        Assert.Equal(0, System.Runtime.JitInfo.GetCompiledMethodCount(currentThread: true) - before);
    }

    [Fact]
    public void Run_WithNeighborsInThePass_GivesTheSameBitsAsAlone()
    {
        const int Seed = 41;
        var random = new Random(Seed);
        foreach (KernelSet kernels in KernelSet.Available)
        {
            using var folder = new TemporaryFolder();
            TestPackage package = new TestPackage().Set("head.activation", "softmax");
            using RecurrentModel model = ModelLoader.Load(package.WriteTo(folder["model"]), kernels);
            using Workspace workspace = model.CreateWorkspace(64);
            float[][] inputs = Enumerable.Range(0, 3).Select(i => TestPackage.Frames(Frames, seed: i)).ToArray();
            (float[] Output, float[] State)[] alone = inputs.Select(input => Streams.Run(model, input, null, Frames)).ToArray();

            float[][] outputs = inputs.Select(_ => new float[Frames * TestPackage.Outputs]).ToArray();
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
                string stream = $"{kernels} stream {i} seed {Seed}";
                Assert.True(alone[i].Output.AsSpan().SequenceEqual(outputs[i]), $"{stream}: outputs differ");
                Assert.True(alone[i].State.AsSpan().SequenceEqual(Streams.Copy(states[i])), $"{stream}: states differ");
                states[i].Dispose();
            }
        }
    }

    [Fact]
    public void Run_WithNormalization_EqualsRunOnNormalizedFrames()
    {
        var package = new TestPackage();
        using RecurrentModel normalizing = package.Load();
        using RecurrentModel plain = package.Without("input.normalization").Load();
        (float[] mean, float[] deviation) = (package.Head["input_mean"].Values, package.Head["input_std"].Values);
        float[] input = TestPackage.Frames(Frames);

        float[] normalized = input.Select((x, i) => (x - mean[i % TestPackage.Inputs]) / deviation[i % TestPackage.Inputs]).ToArray();

        Assert.Equal(Streams.Run(plain, normalized, null, Frames).Output, Streams.Run(normalizing, input, null, Frames).Output);
    }

    [Fact]
    public void Run_WithHead_IsTheLinearLayerOfTheLastLayersOutputs()
    {
        var package = new TestPackage();
        using RecurrentModel model = package.Load();
        using RecurrentModel headless = package.Without("head").Without("output").Load();
        float[] input = TestPackage.Frames(1);

        float[] hidden = Streams.Run(headless, input, null, 1).Output;
        (float[] weight, float[] bias) = (package.Head["head.weight"].Values, package.Head["head.bias"].Values);
        IEnumerable<double> expected = bias.Select((b, o) => b + hidden.Select((h, i) => (double)h * weight[o * TestPackage.Units + i]).Sum());

        Assert.Equal(TestPackage.Units, headless.OutputSize);
        Assert.All(expected.Zip(Streams.Run(model, input, null, 1).Output), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("sigmoid")]
    public void Run_WithHeadActivation_AppliesItToTheSums(string activation)
    {
        using RecurrentModel plain = new TestPackage().Load();
        using RecurrentModel model = new TestPackage().Set("head.activation", activation).Load();
        float[] input = TestPackage.Frames(Frames);
        float[] sums = Streams.Run(plain, input, null, Frames).Output;

        float[] outputs = Streams.Run(model, input, null, Frames).Output;

        for (int frame = 0; frame < Frames; frame++)
        {
            double[] row = sums.AsSpan(frame * TestPackage.Outputs, TestPackage.Outputs).ToArray().Select(x => (double)x).ToArray();
            double total = row.Sum(Math.Exp);
            for (int i = 0; i < row.Length; i++)
            {
                double expected = activation == "softmax" ? Math.Exp(row[i]) / total : 1 / (1 + Math.Exp(-row[i]));
                Assert.Equal(expected, outputs[frame * TestPackage.Outputs + i], 1e-6);
            }
        }
    }

    [Fact]
    public void Run_AfterWarmUp_AllocatesNothing()
    {
        using RecurrentModel model = new TestPackage().Set("head.activation", "softmax").Load();
        using RecurrentState state = model.CreateState();
        using Workspace workspace = model.CreateWorkspace(Frames);
        float[] output = new float[Frames * TestPackage.Outputs];
        FrameSegment[] segments = new[] { Streams.Segment(model, state, TestPackage.Frames(Frames), output, 0, Frames) };
        model.Run(segments, workspace);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            model.Run(segments, workspace);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Run_AfterReset_StartsLikeANewStream()
    {
        using RecurrentModel model = new TestPackage().Load();
        using RecurrentState state = model.CreateState();
        using Workspace workspace = model.CreateWorkspace(Frames);
        float[] input = TestPackage.Frames(Frames);
        (float[] first, float[] again) = (new float[Frames * TestPackage.Outputs], new float[Frames * TestPackage.Outputs]);

        model.Run([Streams.Segment(model, state, input, first, 0, Frames)], workspace);
        Assert.Contains(Streams.Copy(state), value => value != 0);
        state.Reset();
        Assert.All(Streams.Copy(state), value => Assert.Equal(0, value));
        model.Run([Streams.Segment(model, state, input, again, 0, Frames)], workspace);

        Assert.Equal(first, again);
    }

    [Fact]
    public void Run_BadArguments_NamesExpectedAndFound()
    {
        using RecurrentModel model = new TestPackage().Load();
        using RecurrentModel other = new TestPackage().Load();
        using RecurrentState state = model.CreateState();
        using RecurrentState otherState = other.CreateState();
        using Workspace workspace = model.CreateWorkspace(3);
        using Workspace otherWorkspace = other.CreateWorkspace(3);
        void AssertRefused(string message, RecurrentState of, int inputs, int outputs, Workspace with)
        {
            ArgumentException error = Assert.Throws<ArgumentException>(
                () => model.Run([new FrameSegment(of, new float[inputs], new float[outputs])], with));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }

        AssertRefused("expected a workspace of this model", state, 7, 5, otherWorkspace);
        AssertRefused("expected a state of this model", otherState, 7, 5, workspace);
        AssertRefused("expected a state of this model", null!, 7, 5, workspace);
        AssertRefused("expected whole frames of 7 values, found 8", state, 8, 5, workspace);
        AssertRefused("expected whole frames of 7 values, found 0", state, 0, 0, workspace);
        AssertRefused("expected room for 2 outputs of 5 values, found 9", state, 14, 9, workspace);
        AssertRefused("expected at most 3 frames", state, 28, 20, workspace);
        model.Run([], workspace);
    }
}
