using System.Text.Json.Nodes;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using static EdgeRnn.Runtime.Tests.Models.TestPackage;

namespace EdgeRnn.Runtime.Tests.Models.Packages;

/// <summary>Packages with a manifest and tensors that do not fit together.</summary>
public sealed class ModelLoaderTests
{
    [Fact]
    public void Load_WrongShape_NamesFileTensorExpectedAndFound() => AssertRefused(
        package => package.Weights["rnn_lst.1.weight"] = package.Random(Units, 4 * Units),
        "weights.safetensors: rnn_lst.1.weight: expected shape [13, 39], found [13, 52]");

    [Fact]
    public void Load_MissingTensor_NamesItAndThePresentOnes() => AssertRefused(
        package => package.Weights.Remove("rnn_lst.1.weight_c"),
        "weights.safetensors: expected a tensor rnn_lst.1.weight_c, found rnn_lst.0.bias, rnn_lst.0.scale_x, rnn_lst.0.weight");

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Load_NonFiniteWeight_NamesTheElement(float value) => AssertRefused(
        package => package.Weights["rnn_lst.0.bias"].Values[3] = value,
        $"weights.safetensors: rnn_lst.0.bias: expected finite values, found {value} at element 3");

    [Theory]
    [InlineData("rnn_lst.0.gain")]
    [InlineData("rnn_lst.2.weight")]
    [InlineData("ln_lst.0.a")]
    [InlineData("input_to_hidden.weight")]
    public void Load_UnreadTensorOfTheLayers_IsRefused(string name) => AssertRefused(
        package => package.Weights[name] = package.Random(Units),
        $"weights.safetensors: {name}: expected no such tensor by the manifest's options, found F32 [13]");

    [Fact]
    public void Load_OtherTensorsInTheFile_AreLeftAlone()
    {
        var package = new TestPackage();
        package.Weights["decoder.weight"] = new Tensor([1], [float.NaN]);
        using RecurrentModel model = package.Load();
        Assert.Equal("small", model.Name);
    }

    [Fact]
    public void Load_WithPrefix_FindsTheTensorsUnderIt()
    {
        var package = new TestPackage();
        using RecurrentModel plain = package.Load();
        var tensors = package.Weights.ToList();
        package.Weights.Clear();
        tensors.ForEach(tensor => package.Weights.Add($"encoder.rnn.{tensor.Key}", tensor.Value));
        using RecurrentModel prefixed = package.Set("layers.prefix", "encoder.rnn.").Load();

        Assert.Equal(Streams.Run(plain, Frames(9), null, 9).Output, Streams.Run(prefixed, Frames(9), null, 9).Output);
    }

    [Fact]
    public void Load_HeadOfOtherWidth_IsRefused() => AssertRefused(
        package => package.Head["head.weight"] = package.Random(Outputs, Units + 1),
        "head.safetensors: head.weight: expected shape [5, 13], found [5, 14]");

    [Fact]
    public void Load_HeadWithoutRows_IsRefused() => AssertRefused(
        package => package.Head["head.weight"] = new Tensor([0, 13], []),
        "head.safetensors: head.weight: expected 1 to 65536 rows, found 0");

    [Fact]
    public void Load_HeadThatIsANumber_IsRefused() => AssertRefused(
        package => package.Head["head.weight"] = new Tensor([], [1]),
        "head.safetensors: head.weight: expected a matrix, found []");

    [Fact]
    public void Load_LabelsUnlikeOutputs_IsRefused() => AssertRefused(
        package => package.Set("output.labels", new JsonArray("a", "b")),
        "model.json: output.labels: expected 5 labels or none, found 2");

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    public void Load_DeviationNotPositive_IsRefused(float value) => AssertRefused(
        package => package.Head["input_std"].Values[2] = value,
        $"head.safetensors: input_std: expected values above 0, found {value} at element 2");

    [Fact]
    public void Load_ManifestTooLarge_IsRefusedBeforeItIsRead()
    {
        using var folder = new TemporaryFolder();
        string directory = new TestPackage().WriteTo(folder["model"]);
        using (FileStream file = File.OpenWrite(Path.Combine(directory, ModelManifest.FileName)))
            file.SetLength(5_000_000);

        ModelException error = Assert.Throws<ModelException>(() => ModelLoader.Load(directory, KernelSets.Any));

        Assert.Contains("model.json: expected at most 4194304 bytes, found 5000000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TensorFileMissing_NamesIt() => AssertRefused(
        package => package.Set("layers.file", "gone.safetensors"), "gone.safetensors: expected a readable file, found");

    private static void AssertRefused(Action<TestPackage> change, string message)
    {
        var package = new TestPackage();
        change(package);
        ModelException error = Assert.Throws<ModelException>(() => package.Load().Dispose());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
