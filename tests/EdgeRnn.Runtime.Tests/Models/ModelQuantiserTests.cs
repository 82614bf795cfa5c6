using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Safetensors;

namespace EdgeRnn.Runtime.Tests.Models;

/// <summary>Packages of low precision, quantised beforehand and when they are loaded.</summary>
public sealed class ModelQuantiserTests : IDisposable
{
    private const int Frames = 23;
    private static readonly float[] Input = TestPackage.Frames(Frames, seed: 4);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> FamiliesAndPrecisions
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var family in FamilyPackages.Families.Except(["lstm", "gru"]))
            {
                cases.Add(family, "bf16");
                cases.Add(family, "int8");
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(FamiliesAndPrecisions))]
    public void Quantise_EveryFamily_GivesTheBitsOfQuantisingAtLoad(string family, string precision)
    {
        var original = FamilyPackages.Make(family).WriteTo(_folder["original"]);
        ModelQuantiser.Quantise(original, Parse(precision), _folder["quantised"]);
        FamilyPackages.Make(family).Set("layers.precision", precision).WriteTo(_folder["at-load"]);

        using var fp32 = RecurrentModel.Load(original, KernelSets.Any);
        using var stored = RecurrentModel.Load(_folder["quantised"], KernelSets.Any);
        using var atLoad = RecurrentModel.Load(_folder["at-load"], KernelSet.Select("scalar"));
        var (output, state) = Streams.Run(stored, Input, null, 5, 1);
        var expected = Streams.Run(atLoad, Input, null, 1);

        Assert.Equal(expected.Output, output);
        Assert.Equal(expected.State, state);
        Assert.Equal((precision, precision), (stored.Precision, atLoad.Precision));
        Assert.Equal((fp32.Parameters, atLoad.WeightBytes), (stored.Parameters, stored.WeightBytes));
        var exact = Streams.Run(fp32, Input, null, 16).Output;
        Assert.NotEqual(exact, output);
        Assert.All(exact.Zip(output), pair => Assert.Equal(pair.First, pair.Second, 0.15f));
    }

    [Fact]
    public void Quantise_Int8_StoresIntegersAndScalesAndNothingElseDifferently()
    {
        Quantise("int8");

        using var before = SafetensorsFile.Open(Path.Combine(_folder["original"], "weights.safetensors"));
        using var after = SafetensorsFile.Open(Path.Combine(_folder["quantised"], "weights.safetensors"));
        Assert.Equal("I8 [7, 52]", Describe(after, "rnn_lst.0.weight"));
        Assert.Equal("F32 [1, 52]", Describe(after, "rnn_lst.0.weight.scale"));
        Assert.Equal(before.ReadSingles("rnn_lst.0.bias"), after.ReadSingles("rnn_lst.0.bias"));
        Assert.Equal(before.Tensors.Count + 2, after.Tensors.Count);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(_folder["original"], "head.safetensors")),
            File.ReadAllBytes(Path.Combine(_folder["quantised"], "head.safetensors")));
        var weights = before.ReadSingles("rnn_lst.0.weight");
        var scales = after.ReadSingles("rnn_lst.0.weight.scale");
        var restored = after.ReadIntegers("rnn_lst.0.weight").Select((integer, i) => integer * scales[i % 52]);
        Assert.All(weights.Zip(restored).Select((pair, i) => (Math.Abs(pair.First - pair.Second), scales[i % 52])),
            pair => Assert.InRange(pair.Item1, 0, 0.502f * pair.Item2));
    }

    [Fact]
    public void WeightBytes_EachPrecision_CountsWhatAPassReads()
    {
        const int Matrices = 7 * 52 + 13 * 39, Scales = 52 + 39;
        using var fp32 = new TestPackage().Load();
        var others = fp32.Parameters - Matrices;

        Assert.Equal(4 * fp32.Parameters, fp32.WeightBytes);
        Assert.Equal(2 * Matrices + 4 * others, Load("bf16").WeightBytes);
        Assert.Equal(Matrices + 4 * (Scales + others), Load("int8").WeightBytes);

        static RecurrentModel Load(string precision)
        {
            using var model = new TestPackage().Set("layers.precision", precision).Load();
            return model;
        }
    }

    [Fact]
    public void Fingerprint_EachPrecision_IsAnother()
    {
        Quantise("int8");
        ModelQuantiser.Quantise(_folder["original"], WeightPrecision.Bf16, _folder["bf16"]);
        HashSet<string> fingerprints = [Fingerprint("original"), Fingerprint("quantised"), Fingerprint("bf16")];
        Assert.Equal(3, fingerprints.Count);

        string Fingerprint(string name)
        {
            using var model = RecurrentModel.Load(_folder[name], KernelSets.Any);
            return model.Fingerprint;
        }
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Load_DenseFamilyInLowPrecision_NamesFamilyAndPrecision(string family)
    {
        var package = FamilyPackages.Make(family).Set("layers.precision", "int8").WriteTo(_folder["model"]);
        var refused = Assert.Throws<ModelException>(() => RecurrentModel.Load(package, KernelSets.Any));
        Assert.EndsWith($"layers.precision: expected fp32 for the family {family}, found int8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantise_DenseFamily_NamesFamilyAndPrecisionAndLeavesNothing()
    {
        var package = FamilyPackages.Make("gru").WriteTo(_folder["original"]);
        var refused = Assert.Throws<ModelException>(() => ModelQuantiser.Quantise(package, WeightPrecision.Int8, _folder["quantised"]));
        Assert.EndsWith("layers.family: expected a cell with kernels of int8, found gru", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["original"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Quantise_QuantisedPackage_IsRefused()
    {
        Quantise("int8");
        var refused = Assert.Throws<ModelException>(
            () => ModelQuantiser.Quantise(_folder["quantised"], WeightPrecision.Bf16, _folder["again"]));
        Assert.EndsWith("layers.precision: expected fp32, found int8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_IntegersWithoutTheirScale_NamesIt()
    {
        Quantise("int8");
        var path = Path.Combine(_folder["quantised"], "weights.safetensors");
        var writer = new SafetensorsWriter();
        using (var file = SafetensorsFile.Open(path))
        {
            writer.Add("rnn_lst.0.weight", "I8", [7, 52], (byte[])(Array)file.ReadIntegers("rnn_lst.0.weight"));
            foreach (var name in new[] { "rnn_lst.0.weight_c", "rnn_lst.0.bias", "rnn_lst.0.scale_x" })
                writer.Add(name, [.. file[name].Shape], file.ReadSingles(name));
        }
        writer.Save(path);
        var refused = Assert.Throws<ModelException>(() => RecurrentModel.Load(_folder["quantised"], KernelSets.Any));
        Assert.Contains("expected a tensor rnn_lst.0.weight.scale, found", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bf16")]
    [InlineData("int8")]
    public void Parse_Precision_IsWrittenBack(string precision)
    {
        var json = System.Text.Encoding.UTF8.GetBytes(new TestPackage().Set("layers.precision", precision).Manifest.ToJsonString());
        var manifest = ModelManifest.Parse("model.json", json);
        Assert.Equal(Parse(precision), ModelManifest.Parse("model.json", manifest.ToJson()).Layers.Basics.Precision);
    }

    public void Dispose() => _folder.Dispose();

    private void Quantise(string precision) =>
        ModelQuantiser.Quantise(new TestPackage().WriteTo(_folder["original"]), Parse(precision), _folder["quantised"]);

    private static WeightPrecision Parse(string precision) => precision == "bf16" ? WeightPrecision.Bf16 : WeightPrecision.Int8;

    private static string Describe(SafetensorsFile file, string tensor) => $"{file[tensor].Type} {file[tensor].ShapeText}";
}
