using System.Text.Json.Nodes;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Packages.Import;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models.Packages.Import;

public sealed class ModelImporterTests : IDisposable
{
    private const string Plain = "sru260-l1-in16-h16-plain";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Import_Bidirectional_SaysWhyItCannotStream()
    {
        var vector = new ReferenceVector(ReferenceVector.Bidirectional);

        ModelException error = Assert.Throws<ModelException>(
            () => ModelImporter.Import(vector.ConfigPath, vector.WeightsPath, null, null, _folder["out"]));

        Assert.Equal(
            $"{vector.ConfigPath}: constructor.bidirectional: expected false, found true: "
            + "a bidirectional module cannot stream: its backward half begins at the last frame",
            error.Message);
        AssertNothingLeft();
    }

    [Fact]
    public void Import_WithHead_TakesNormalizationLabelsRateAndActivation()
    {
        string head = WriteHead(outputs: 3, inputs: 16, normalized: true);
        string config = WriteConfig(root =>
        {
            root["name"] = "digits";
            root["classes"] = new JsonArray("a", "b", "c");
            root["frame_rate"] = 12.5;
        });

        ModelManifest manifest = ModelImporter.Import(config, Weights, head, HeadActivation.Softmax, _folder["out"]);

        using RecurrentModel model = ModelLoader.Load(_folder["out"], KernelSets.Any);
        Assert.Equal(manifest.ToJson(), File.ReadAllBytes(Path.Combine(_folder["out"], ModelManifest.FileName)));
        Assert.Equal("digits", model.Name);
        Assert.Equal(["a", "b", "c"], model.Labels);
        Assert.Equal(12.5, model.Description.FrameRate);
        Assert.Equal(new NormalizationManifest("head.safetensors", "input_mean", "input_std"), manifest.Input.Normalization);
        Assert.Equal(HeadActivation.Softmax, model.HeadActivation);
        Assert.Equal(
            ["head.safetensors", "model.json", "weights.safetensors"],
            Directory.EnumerateFiles(_folder["out"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Import_HeadWithoutMoreTensors_IsPlain()
    {
        ModelManifest manifest = ModelImporter.Import(WriteConfig(), Weights, WriteHead(3, 16, normalized: false), null, _folder["out"]);

        using RecurrentModel model = ModelLoader.Load(_folder["out"], KernelSets.Any);
        Assert.Null(manifest.Input.Normalization);
        Assert.Equal(HeadActivation.None, model.HeadActivation);
        Assert.Empty(model.Labels);
    }

    [Fact]
    public void Import_NoNameInTheConfig_TakesTheFolders()
    {
        string config = WriteConfig(root => root.Remove("name"));
        ModelManifest manifest = ModelImporter.Import(config, Weights, null, null, _folder["my-model"] + "/");
        Assert.Equal("my-model", manifest.Name);
    }

    [Fact]
    public void Import_OtherKeysOfTheConfig_AreIgnored()
    {
        string config = WriteConfig(root =>
        {
            root["layers"] = "wrong";
            root["f32_vs_f64_max_abs"] = "wrong";
            root["hidden_size"] = -1;
            root["weights"] = 3;
        });
        Assert.Equal(16, ModelImporter.Import(config, Weights, null, null, _folder["out"]).Layers.HiddenSize);
    }

    [Fact]
    public void Import_FolderTaken_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(Path.Combine(_folder["out"], "mine.txt"), "mine");

        AssertRefused($"{_folder["out"]}: expected a folder that is absent or empty, found it taken", WriteConfig(), Weights);

        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder["out"], "mine.txt")));
    }

    [Fact]
    public void Import_EmptyFolder_IsFilled()
    {
        Directory.CreateDirectory(_folder["out"]);
        ModelImporter.Import(WriteConfig(), Weights, null, null, _folder["out"]);
        Assert.True(File.Exists(Path.Combine(_folder["out"], "model.json")));
    }

    [Fact]
    public void Import_WeightsOfAnotherModule_NamesTheUsersFileAndLeavesNothing()
    {
        string other = Path.Combine(RepositoryFiles.Vectors, "sru260-l1-in7-h33-k4", "weights.safetensors");
        AssertRefused($"{other}: rnn_lst.0.bias: expected shape [32], found [66]", WriteConfig(), other);
        AssertNothingLeft();
    }

    [Fact]
    public void Import_MissingFiles_AreNamed()
    {
        AssertRefused($"{_folder["c"]}: expected a readable file", _folder["c"], Weights);
        AssertRefused($"{_folder["w"]}: expected a readable file", WriteConfig(), _folder["w"]);
        string config = WriteConfig();
        ModelException error = Assert.Throws<ModelException>(
            () => ModelImporter.Import(config, Weights, _folder["h"], null, _folder["out"]));
        Assert.StartsWith($"{_folder["h"]}: expected a readable file", error.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void Import_ClassesWithoutHead_AsksForOneAndNamesTheConfig()
    {
        string config = WriteConfig(root => root["classes"] = new JsonArray("yes", "no"));
        AssertRefused(
            $"{config}: classes: expected a head with an output for each, or 16 classes, one per unit of the last layer, or none, "
            + "found 2 classes and no head",
            config, Weights);
        AssertNothingLeft();
    }

    [Fact]
    public void Import_ClassForEachUnitWithoutHead_LabelsThem()
    {
        var classes = Enumerable.Range(0, 16).Select(i => $"unit {i}").ToList();
        string config = WriteConfig(root => root["classes"] = new JsonArray([.. classes.Select(text => JsonValue.Create(text))]));
        Assert.Equal(classes, ModelImporter.Import(config, Weights, null, null, _folder["out"]).Labels);
    }

    [Fact]
    public void Import_ClassesUnlikeTheHead_NamesConfigAndHead()
    {
        string config = WriteConfig(root => root["classes"] = new JsonArray("yes", "no"));
        string head = WriteHead(outputs: 3, inputs: 16, normalized: false);

        ModelException error = Assert.Throws<ModelException>(() => ModelImporter.Import(config, Weights, head, null, _folder["out"]));

        Assert.Equal($"{config}: classes: expected 3, one per row of head.weight in {head}, or none, found 2", error.Message);
        AssertNothingLeft();
    }

    [Fact]
    public void Import_ActivationWithoutHead_IsRefused() =>
        Assert.Throws<ModelException>(() => ModelImporter.Import(WriteConfig(), Weights, null, HeadActivation.Softmax, _folder["out"]));

    private static string Weights => Path.Combine(RepositoryFiles.Vectors, Plain, "weights.safetensors");

    private string WriteConfig(Action<JsonObject>? change = null)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Vectors, Plain, "config.json")))!.AsObject();
        change?.Invoke(config);
        File.WriteAllText(_folder["config.json"], config.ToJsonString());
        return _folder["config.json"];
    }

    private string WriteHead(int outputs, int inputs, bool normalized)
    {
        SafetensorsWriter writer = new SafetensorsWriter().Add("head.weight", [outputs, inputs], new float[outputs * inputs]);
        if (normalized)
            writer.Add("input_mean", [inputs], new float[inputs]).Add("input_std", [inputs], [.. Enumerable.Repeat(2f, inputs)]);
        writer.Save(_folder["head.safetensors"]);
        return _folder["head.safetensors"];
    }

    private void AssertRefused(string message, string config, string weights)
    {
        ModelException error = Assert.Throws<ModelException>(() => ModelImporter.Import(config, weights, null, null, _folder["out"]));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private void AssertNothingLeft() => Assert.Empty(Directory.EnumerateDirectories(_folder.Path));
}
