using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Packages.Import;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models.Packages.Import;

/// <summary>State dicts with other names, more tensors or other facts than the configuration says.</summary>
public sealed class StateDictTests : IDisposable
{
    private const string Gru = """{"family":"gru","constructor":{"input_size":5,"hidden_size":7}}""";
    private const string MinGru =
        """{"family":"mingru","constructor":{"input_size":5,"hidden_size":7,"num_layers":2,"activation":"log_space","bias":true}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    [InlineData("_orig_mod.module.")]
    [InlineData("encoder.rnn.")]
    public void Import_PrefixedModule_IsFound(string prefix)
    {
        Write(GruTensors(prefix));
        Assert.Equal(prefix, Import(Gru).Layers.Basics.Prefix);
    }

    [Fact]
    public void Import_TwoModules_AreNamedAndOneIsChosen()
    {
        Write([.. GruTensors("a."), .. GruTensors("b.")]);

        Assert.Contains("'a.', 'b.': choose with --prefix", Refusal(Gru), StringComparison.Ordinal);
        Assert.Contains("found also b.bias_hh_l0", Refusal(Gru, new ImportOptions(Prefix: "a")), StringComparison.Ordinal);
        Assert.Equal("b.", Import(Gru, new ImportOptions(Prefix: "b", AllowUnused: true)).Layers.Basics.Prefix);
    }

    [Fact]
    public void Import_PrefixInTheConfig_IsTaken()
    {
        Write([.. GruTensors("a."), .. GruTensors("b.")]);
        string config = Gru.Replace("{\"family\"", "{\"prefix\":\"a.\",\"family\"", StringComparison.Ordinal);
        Assert.Equal("a.", Import(config, new ImportOptions(AllowUnused: true)).Layers.Basics.Prefix);
    }

    [Theory]
    [InlineData("layers.{0}.")]
    [InlineData("{0}.")]
    [InlineData("net.layers.{0}.")]
    [InlineData("net.{0}.")]
    public void Import_ListOfLayers_ComputesTheSame(string form)
    {
        Write(MinGruTensors(form, layers: 2));
        Import(MinGru);
        using RecurrentModel model = ModelLoader.Load(_folder["out"], KernelSets.Any);
        (float[] found, _) = Streams.Run(model, new float[5 * 9], null, 4);

        using var folder = new TemporaryFolder();
        Write(MinGruTensors("layers.{0}.", layers: 2));
        ModelImporter.Import(WriteConfig(MinGru), _folder["weights"], null, null, folder["out"]);
        using RecurrentModel plain = ModelLoader.Load(folder["out"], KernelSets.Any);
        Assert.Equal(Streams.Run(plain, new float[5 * 9], null, 4).Output, found);
    }

    [Fact]
    public void Import_SingleLayer_IsLayerZero()
    {
        Write(MinGruTensors("", layers: 1));
        Import(MinGru.Replace("\"num_layers\":2", "\"num_layers\":1", StringComparison.Ordinal));
        using var weights = SafetensorsFile.Open(Path.Combine(_folder["out"], "weights.safetensors"));
        Assert.Equal(["layers.0.to_hidden_and_gate.bias", "layers.0.to_hidden_and_gate.weight"], weights.Tensors.Select(tensor => tensor.Name));
    }

    [Theory]
    [InlineData("minGRU", "to_hidden_and_gate", 2)]
    [InlineData("minLSTM", "to_hidden_and_f_i_gate", 3)]
    public void Import_LucidrainsClass_TakesItsConstructor(string upstreamClass, string tensor, int gates)
    {
        Write([($"{tensor}.weight", [gates * 7, 7])]);
        string config = $$$"""{"upstream":{"repo":"lucidrains/minGRU-pytorch"},"upstream_class":"{{{upstreamClass}}}","constructor":{"dim":7,"expansion_factor":1.0}}""";
        ModelManifest manifest = Import(config);
        Assert.Equal(7, manifest.Input.Size);
        Assert.Equal(7, manifest.Layers.HiddenSize);

        Assert.Contains("expansion_factor: expected 1, found 1.5", Refusal(config.Replace("1.0", "1.5", StringComparison.Ordinal), new ImportOptions(Replace: true)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("norm.weight", new[] { 7L })]
    [InlineData("conv.weight", new[] { 5L, 5L, 3L })]
    [InlineData("fc.weight", new[] { 3L, 7L })]
    public void Import_TensorThatTheModelDoesNotUse_IsRefusedUnlessAllowed(string name, long[] shape)
    {
        Write([.. GruTensors(""), (name, shape)]);
        string refusal = Refusal(Gru);
        Assert.Contains($"found also {name}:", refusal, StringComparison.Ordinal);
        Assert.Equal(name == "fc.weight", refusal.Contains("--head", StringComparison.Ordinal));

        Import(Gru, new ImportOptions(AllowUnused: true));
        using var weights = SafetensorsFile.Open(Path.Combine(_folder["out"], "weights.safetensors"));
        Assert.False(weights.Contains(name));
    }

    [Fact]
    public void Import_TensorInTheHeadFileThatIsNotUsed_IsRefused()
    {
        Write(GruTensors(""));
        Write([("fc.weight", [3, 7]), ("fc.bias", [3]), ("norm.weight", [7])], "head");
        ModelException error = Assert.Throws<ModelException>(
            () => ModelImporter.Import(_folder["config.json"], _folder["weights"], _folder["head"], null, _folder["out"]));
        Assert.StartsWith($"{_folder["head"]}: expected only tensors that the model uses, found also norm.weight:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_SeveralLayersThatFitAHead_AreNamedAndOneIsChosen()
    {
        Write(GruTensors(""));
        Write([("a.weight", [3, 7]), ("b.weight", [4, 7])], "head");
        ModelException error = Assert.Throws<ModelException>(
            () => ModelImporter.Import(_folder["config.json"], _folder["weights"], _folder["head"], null, _folder["out"]));
        Assert.Contains("'a.weight', 'b.weight': choose with --head-prefix", error.Message, StringComparison.Ordinal);

        ModelManifest manifest = ModelImporter.Import(
            _folder["config.json"], _folder["weights"], _folder["head"], null, _folder["out"], new ImportOptions(HeadPrefix: "b", AllowUnused: true));
        Assert.Equal("b.weight", manifest.Head!.Weight);
    }

    [Theory]
    [InlineData("clases", "did you mean 'classes'?")]
    [InlineData("frame_rate_hz", "did you mean 'frame_rate'?")]
    [InlineData("Name", "did you mean 'name'?")]
    public void Import_NearMissOfAKey_IsRefusedWithTheKeyMeant(string key, string hint)
    {
        Write(GruTensors(""));
        Assert.Contains(hint, Refusal($$"""{"{{key}}":"x",{{Gru[1..]}}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Import_KeysOfTheTraining_AreNamedAsIgnored()
    {
        Write(GruTensors(""));
        var logger = new ListLogger();
        ModelImporter.Import(WriteConfig($$"""{"accuracy_per_frame":0.9,"version":"7",{{Gru[1..]}}"""), _folder["weights"], null, null, _folder["out"], null, logger);
        Assert.Contains(logger.Lines, message => message.Contains("accuracy_per_frame", StringComparison.Ordinal));
        using RecurrentModel model = ModelLoader.Load(_folder["out"], KernelSets.Any);
        Assert.Equal("7", model.Version);
    }

    [Fact]
    public void Import_PackageInTheFolder_IsReplacedOnlyIfForced()
    {
        Write(GruTensors(""));
        Import(Gru);
        Assert.Contains("found it taken by a package: --force replaces it", Refusal(Gru), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder["out"], "old.txt"), "old");

        Import(Gru, new ImportOptions(Replace: true));

        Assert.Equal(["model.json", "weights.safetensors"], Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order());
        Assert.Equal([_folder["out"]], Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void Import_OtherFolder_IsNotReplacedEvenIfForced()
    {
        Write(GruTensors(""));
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(Path.Combine(_folder["out"], "mine.txt"), "mine");
        Assert.EndsWith("found it taken", Refusal(Gru, new ImportOptions(Replace: true)), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder["out"], "mine.txt")));
    }

    [Fact]
    public void Import_SharedWeights_AreReadByTheirOtherName()
    {
        // safetensors stores tied weights once, and names the other place in its metadata.
        Write([.. GruTensors("").Where(tensor => tensor.Name != "bias_hh_l0")]);
        byte[] file = File.ReadAllBytes(_folder["weights"]);
        int length = BitConverter.ToInt32(file);
        string header = System.Text.Encoding.UTF8.GetString(file, 8, length).TrimEnd();
        byte[] changed = System.Text.Encoding.UTF8.GetBytes($"{{\"__metadata__\":{{\"bias_hh_l0\":\"bias_ih_l0\",\"format\":\"pt\"}},{header[1..]}");
        File.WriteAllBytes(_folder["weights"], [.. BitConverter.GetBytes((long)changed.Length), .. changed, .. file[(8 + length)..]]);

        Import(Gru);

        using var weights = SafetensorsFile.Open(Path.Combine(_folder["out"], "weights.safetensors"));
        Assert.Equal(weights.ReadSingles("bias_ih_l0"), weights.ReadSingles("bias_hh_l0"));
    }

    [Fact]
    public void Load_ScaleThatContradictsRescale_IsRefused()
    {
        string vector = Path.Combine(RepositoryFiles.Vectors, "sru260-l3-in65-h65-rescale-c0");
        string config = File.ReadAllText(Path.Combine(vector, "config.json")).Replace("\"rescale\": true", "\"rescale\": false", StringComparison.Ordinal);
        ModelException error = Assert.Throws<ModelException>(
            () => ModelImporter.Import(WriteConfig(config), Path.Combine(vector, "weights.safetensors"), null, null, _folder["out"]));
        Assert.Contains("rnn_lst.0.scale_x: expected 1, because rescale is false, found 1.7320508", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PackageWithATensorThatItsManifestDoesNotUse_Warns()
    {
        Write(GruTensors(""));
        Import(Gru);
        Write([.. GruTensors(""), ("norm.weight", [7])]);
        File.Copy(_folder["weights"], Path.Combine(_folder["out"], "weights.safetensors"), overwrite: true);
        var logger = new ListLogger();
        ModelLoader.Load(_folder["out"], KernelSets.Any, logger).Dispose();
        Assert.Contains(logger.Lines, message => message.EndsWith("the manifest does not use these tensors: norm.weight", StringComparison.Ordinal));
    }

    private static (string Name, long[] Shape)[] GruTensors(string prefix) =>
    [
        ($"{prefix}weight_ih_l0", [21, 5]), ($"{prefix}weight_hh_l0", [21, 7]), ($"{prefix}bias_ih_l0", [21]), ($"{prefix}bias_hh_l0", [21]),
    ];

    private static (string Name, long[] Shape)[] MinGruTensors(string form, int layers) =>
    [
        .. Enumerable.Range(0, layers).SelectMany(i => new (string, long[])[]
        {
            ($"{string.Format(null, form, i)}to_hidden_and_gate.weight", [14, i == 0 ? 5 : 7]),
            ($"{string.Format(null, form, i)}to_hidden_and_gate.bias", [14]),
        }),
    ];

    /// <summary>Each tensor's values depend only on its shape and place, so that the same tensors under other names are the same.</summary>
    private void Write((string Name, long[] Shape)[] tensors, string file = "weights")
    {
        WriteConfig(Gru);
        var random = new Random(5);
        var writer = new SafetensorsWriter();
        foreach ((string name, long[] shape) in tensors)
            writer.Add(name, shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)]);
        writer.Save(_folder[file]);
    }

    private string WriteConfig(string config)
    {
        File.WriteAllText(_folder["config.json"], config);
        return _folder["config.json"];
    }

    private ModelManifest Import(string config, ImportOptions? options = null) =>
        ModelImporter.Import(WriteConfig(config), _folder["weights"], null, null, _folder["out"], options);

    private string Refusal(string config, ImportOptions? options = null) => Assert.Throws<ModelException>(() => Import(config, options)).Message;
}
