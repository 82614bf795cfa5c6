using System.Text.Json.Nodes;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Weights;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Packages.Import;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models;

/// <summary>Models trained on real data, imported and run in process.</summary>
public sealed class TrainedModelTests
{
    [SharedDataFact]
    public void Run_SpokenDigits_DecidesAsTheOriginal()
    {
        using var folder = new TemporaryFolder();
        using RecurrentModel model = Import(folder, "fsdd-sru-100fps");
        using var clips = SafetensorsFile.Open(SharedData.PathOf("data/fsdd-test-logmel/clips.safetensors"));
        using var expected = SafetensorsFile.Open(SharedData.PathOf("trained/fsdd-sru-100fps/expected.safetensors"));
        JsonNode config = JsonNode.Parse(File.ReadAllText(SharedData.PathOf("trained/fsdd-sru-100fps/config.json")))!;
        double tolerance = 4 * config["logits_f32_vs_f64_max_abs"]!.GetValue<double>() + 1e-6;
        Assert.Equal(config["parameters"]!.GetValue<long>(), model.Parameters);

        int right = 0;
        foreach (TensorInfo clip in clips.Tensors)
        {
            string name = clip.Name[..^".logmel".Length];
            float[] means = MeanLogits(model, clips.ReadSingles(clip.Name));
            IEnumerable<float> errors = expected.ReadSingles($"{name}.mean_logits_f64").Zip(means, (e, found) => Math.Abs(e - found));
            Assert.All(errors, error => Assert.InRange(error, 0, tolerance));
            right += Decide(means) == name[0] - '0' ? 1 : 0;
        }

        Assert.Equal(297, right);
    }

    [SharedDataFact]
    public void Run_SpokenDigitsInInt8_DecidesAlmostAsTheOriginal()
    {
        using var folder = new TemporaryFolder();
        Import(folder, "fsdd-sru-100fps").Dispose();
        ModelQuantizer.Quantize(folder["model"], WeightPrecision.Int8, folder["int8"]);
        using RecurrentModel model = ModelLoader.Load(folder["int8"], KernelSet.Select(null));
        using var clips = SafetensorsFile.Open(SharedData.PathOf("data/fsdd-test-logmel/clips.safetensors"));

        int right = clips.Tensors.Count(clip => Decide(MeanLogits(model, clips.ReadSingles(clip.Name))) == clip.Name[0] - '0');

        Assert.Equal(300, clips.Tensors.Count);
        Assert.InRange(right, 296, 300);
    }

    [SharedDataFact]
    public void Run_Motion_PredictsAsTheOriginalOnEveryFrame()
    {
        using var folder = new TemporaryFolder();
        using RecurrentModel model = Import(folder, "difronzo-sru-10hz");
        using var streams = SafetensorsFile.Open(SharedData.PathOf("data/difronzo-users-7-8/streams.safetensors"));
        using var expected = SafetensorsFile.Open(SharedData.PathOf("trained/difronzo-sru-10hz/expected.safetensors"));
        Assert.Equal(13303, model.Parameters);
        Assert.Equal(["WALKING", "WALKING_UPSTAIRS", "WALKING_DOWNSTAIRS", "SITTING", "STANDING"], model.Labels);

        byte[] bytes = File.ReadAllBytes(expected.Name);
        foreach (TensorInfo stream in streams.Tensors.Where(tensor => tensor.Name.EndsWith(".x", StringComparison.Ordinal)))
        {
            float[] samples = streams.ReadSingles(stream.Name);
            int frames = samples.Length / model.InputSize;
            float[] logits = Streams.Run(model, samples[..(frames * model.InputSize)], null, 16).Output;
            IEnumerable<byte> predictions = Enumerable.Range(0, frames)
                .Select(t => logits.AsSpan(t * 5, 5).ToArray())
                .Select(row => (byte)(Array.IndexOf(row, row.Max()) + 1));
            TensorInfo tensor = expected[$"{stream.Name[..^2]}.pred"];
            Assert.Equal(bytes.AsSpan((int)tensor.Offset, (int)tensor.Bytes).ToArray(), predictions);
        }
    }

    private static float[] MeanLogits(RecurrentModel model, float[] clip)
    {
        var frames = Streams.Run(model, clip, null, 16).Output.Chunk(10).ToList();
        return [.. Enumerable.Range(0, 10).Select(i => frames.Average(frame => frame[i]))];
    }

    private static int Decide(float[] logits) => Array.IndexOf(logits, logits.Max());

    private static RecurrentModel Import(TemporaryFolder folder, string name)
    {
        string trained = SharedData.PathOf($"trained/{name}");
        ModelImporter.Import(
            Path.Combine(trained, "config.json"), Path.Combine(trained, "weights.safetensors"), Path.Combine(trained, "head.safetensors"),
            HeadActivation.None, folder["model"]);
        return ModelLoader.Load(folder["model"], KernelSet.Select(null));
    }
}
