using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Packages.Import;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models.Packages.Import;

/// <summary>State dicts as people really have them: each is imported and computes what PyTorch does, or is refused by name.</summary>
public sealed class FieldCaseTests : IDisposable
{
    private const double Tolerance = 2e-6;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedDataFact]
    public void Import_CaseWithReference_ComputesWhatPyTorchDoes()
    {
        using var inputs = SafetensorsFile.Open(PathOf("x.safetensors"));
        float[] input = inputs.ReadSingles("input");
        string[] references = Directory.GetFiles(SharedData.PathOf("field-cases/import"), "*.ref.safetensors");
        // The reference of alias.safetensors was computed with the weights before they were tied: it equals good.ref.safetensors.
        List<string> names = [.. references.Select(file => Path.GetFileName(file)[..^".ref.safetensors".Length]).Where(name => name != "alias")];
        Assert.NotEmpty(names);
        foreach (string name in names)
        {
            ModelImporter.Import(PathOf($"{name}.json"), PathOf($"{name}.safetensors"), null, null, _folder[name], new ImportOptions(AllowUnused: name == "whole"));

            using RecurrentModel model = ModelLoader.Load(_folder[name], KernelSets.Any);
            (float[] output, _) = Streams.Run(model, input, null, 7);

            using var file = SafetensorsFile.Open(PathOf($"{name}.ref.safetensors"));
            double worst = file.ReadSingles("output").Zip(output, (e, f) => Math.Abs(e - f)).Max();
            Assert.True(worst <= Tolerance, $"{name}: expected within {Tolerance} of PyTorch, found {worst}");
        }
    }

    [SharedDataFact]
    public void Import_CaseThatCannotRun_IsRefusedByName()
    {
        AssertRefused("bidir_untold", "_l0_reverse", "bidirectional");
        AssertRefused("proj_untold", "weight_hr_l0", "proj_size");
        AssertRefused("weightnorm_new", "parametrizations.weight_hh_l0.original0", "weight_norm");
        AssertRefused("mingru_expand", "layers.0.to_out.weight", "expansion_factor");
        AssertRefused("html", "an HTML page");
        AssertRefused("lfs", "a Git LFS pointer");
        AssertRefused("truncated", "100 bytes are missing");
        AssertRefused("truncated_header", "the file was cut off");
        AssertRefused("whole", "fc.bias, fc.weight", "--head too", "--allow-unused");
    }

    [SharedDataFact]
    public void Import_TorchArchive_EqualsItsSafetensors()
    {
        byte[] good = Import("good");
        Assert.Equal(good, Import("pt"));
    }

    [SharedDataFact]
    public void Import_WholeModelAsWeightsAndHead_FindsTheHead()
    {
        ModelException error = Assert.Throws<ModelException>(() => ModelImporter.Import(
            PathOf("whole.json"), PathOf("whole.safetensors"), PathOf("whole.safetensors"), null, _folder["whole"]));
        Assert.Contains("found also bn.num_batches_tracked:", error.Message, StringComparison.Ordinal);

        ModelManifest manifest = ModelImporter.Import(
            PathOf("whole.json"), PathOf("whole.safetensors"), PathOf("whole.safetensors"), HeadActivation.Softmax, _folder["whole"],
            new ImportOptions(AllowUnused: true));

        Assert.Equal("rnn.", manifest.Layers.Basics.Prefix);
        Assert.Equal(new HeadManifest("head.safetensors", "fc.weight", "fc.bias", HeadActivation.Softmax), manifest.Head);
        using var weights = SafetensorsFile.Open(Path.Combine(_folder["whole"], "weights.safetensors"));
        Assert.All(weights.Tensors, tensor => Assert.StartsWith("rnn.", tensor.Name, StringComparison.Ordinal));
    }

    [SharedDataFact]
    public void Import_HeadFileOfTheField_IsTakenOrRefusedByName()
    {
        ModelManifest manifest = ModelImporter.Import(PathOf("good.json"), PathOf("good.safetensors"), PathOf("head_fc.safetensors"), null, _folder["fc"]);
        Assert.Equal("fc.weight", manifest.Head!.Weight);

        ModelException two = Assert.Throws<ModelException>(
            () => ModelImporter.Import(PathOf("good.json"), PathOf("good.safetensors"), PathOf("head_two.safetensors"), null, _folder["two"]));
        Assert.Contains("found also head.2.bias, head.2.weight", two.Message, StringComparison.Ordinal);
        ModelException zero = Assert.Throws<ModelException>(
            () => ModelImporter.Import(PathOf("good.json"), PathOf("good.safetensors"), PathOf("head_zero_std.safetensors"), null, _folder["zero"]));
        Assert.Contains("input_std: expected values above 0", zero.Message, StringComparison.Ordinal);
    }

    private static string PathOf(string file) => SharedData.PathOf($"field-cases/import/{file}");

    private byte[] Import(string name)
    {
        ModelImporter.Import(PathOf($"{name}.json"), PathOf($"{name}.safetensors"), null, null, _folder[name]);
        return File.ReadAllBytes(Path.Combine(_folder[name], "weights.safetensors"));
    }

    private void AssertRefused(string name, params string[] words)
    {
        ModelException error = Assert.Throws<ModelException>(
            () => ModelImporter.Import(PathOf($"{name}.json"), PathOf($"{name}.safetensors"), null, null, _folder[name]));
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder[name]));
    }
}
