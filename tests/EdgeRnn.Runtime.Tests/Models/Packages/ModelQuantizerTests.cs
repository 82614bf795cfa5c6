using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Weights;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models.Packages;

/// <summary>Packages of low precision, quantized beforehand and when they are loaded.</summary>
public sealed class ModelQuantizerTests : IDisposable
{
    private const int Frames = 23;
    private static readonly float[] Input = TestPackage.Frames(Frames, seed: 4);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> FamiliesAndPrecisions
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string family in FamilyPackages.Families)
            {
                cases.Add(family, "bf16");
                cases.Add(family, "int8");
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(FamiliesAndPrecisions))]
    public void Quantize_EveryFamily_GivesTheBitsOfQuantizingAtLoad(string family, string precision)
    {
        string original = FamilyPackages.Make(family).WriteTo(_folder["original"]);
        ModelQuantizer.Quantize(original, Parse(precision), _folder["quantized"]);
        FamilyPackages.Make(family).Set("layers.precision", precision).WriteTo(_folder["at-load"]);

        using RecurrentModel fp32 = ModelLoader.Load(original, KernelSets.Any);
        using RecurrentModel stored = ModelLoader.Load(_folder["quantized"], KernelSets.Any);
        using RecurrentModel atLoad = ModelLoader.Load(_folder["at-load"], KernelSet.Select("scalar"));
        (float[] output, float[] state) = Streams.Run(stored, Input, null, 5, 1);
        (float[] Output, float[] State) expected = Streams.Run(atLoad, Input, null, 1);

        Assert.Equal(expected.Output, output);
        Assert.Equal(expected.State, state);
        Assert.Equal((precision, precision), (stored.Precision, atLoad.Precision));
        Assert.Equal((fp32.Parameters, atLoad.WeightBytes), (stored.Parameters, stored.WeightBytes));
        float[] exact = Streams.Run(fp32, Input, null, 16).Output;
        Assert.NotEqual(exact, output);
        Assert.All(exact.Zip(output), pair => Assert.Equal(pair.First, pair.Second, 0.15f));
    }

    [Fact]
    public void Quantize_Int8_StoresIntegersAndScalesAndNothingElseDifferently()
    {
        Quantize("int8");

        using var before = SafetensorsFile.Open(Path.Combine(_folder["original"], "weights.safetensors"));
        using var after = SafetensorsFile.Open(Path.Combine(_folder["quantized"], "weights.safetensors"));
        Assert.Equal("I8 [7, 52]", Describe(after, "rnn_lst.0.weight"));
        Assert.Equal("F32 [1, 52]", Describe(after, "rnn_lst.0.weight.scale"));
        Assert.Equal(before.ReadSingles("rnn_lst.0.bias"), after.ReadSingles("rnn_lst.0.bias"));
        Assert.Equal(before.Tensors.Count + 2, after.Tensors.Count);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(_folder["original"], "head.safetensors")),
            File.ReadAllBytes(Path.Combine(_folder["quantized"], "head.safetensors")));
        float[] weights = before.ReadSingles("rnn_lst.0.weight");
        float[] scales = after.ReadSingles("rnn_lst.0.weight.scale");
        IEnumerable<float> restored = after.ReadIntegers("rnn_lst.0.weight").Select((integer, i) => integer * scales[i % 52]);
        Assert.All(weights.Zip(restored).Select((pair, i) => (Math.Abs(pair.First - pair.Second), scales[i % 52])),
            pair => Assert.InRange(pair.Item1, 0, 0.502f * pair.Item2));
    }

    [Fact]
    public void WeightBytes_EachPrecision_CountsWhatAPassReads()
    {
        const int Matrices = 7 * 52 + 13 * 39, Scales = 52 + 39;
        using RecurrentModel fp32 = new TestPackage().Load();
        long others = fp32.Parameters - Matrices;

        Assert.Equal(4 * fp32.Parameters, fp32.WeightBytes);
        Assert.Equal(2 * Matrices + 4 * others, Load("bf16").WeightBytes);
        Assert.Equal(Matrices + 4 * (Scales + others), Load("int8").WeightBytes);

        static RecurrentModel Load(string precision)
        {
            using RecurrentModel model = new TestPackage().Set("layers.precision", precision).Load();
            return model;
        }
    }

    [Fact]
    public void Fingerprint_EachPrecision_IsAnother()
    {
        Quantize("int8");
        ModelQuantizer.Quantize(_folder["original"], WeightPrecision.Bf16, _folder["bf16"]);
        HashSet<string> fingerprints = [Fingerprint("original"), Fingerprint("quantized"), Fingerprint("bf16")];
        Assert.Equal(3, fingerprints.Count);

        string Fingerprint(string name)
        {
            using RecurrentModel model = ModelLoader.Load(_folder[name], KernelSets.Any);
            return model.Fingerprint;
        }
    }

    [Fact]
    public void Quantize_QuantizedPackage_IsRefused()
    {
        Quantize("int8");
        ModelException refused = Assert.Throws<ModelException>(
            () => ModelQuantizer.Quantize(_folder["quantized"], WeightPrecision.Bf16, _folder["again"]));
        Assert.EndsWith("layers.precision: expected fp32, found int8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_IntegersWithoutTheirScale_NamesIt()
    {
        Quantize("int8");
        string path = Path.Combine(_folder["quantized"], "weights.safetensors");
        var writer = new SafetensorsWriter();
        using (var file = SafetensorsFile.Open(path))
        {
            writer.Add("rnn_lst.0.weight", "I8", [7, 52], (byte[])(Array)file.ReadIntegers("rnn_lst.0.weight"));
            foreach (string name in new[] { "rnn_lst.0.weight_c", "rnn_lst.0.bias", "rnn_lst.0.scale_x" })
                writer.Add(name, [.. file[name].Shape], file.ReadSingles(name));
        }

        writer.Save(path);
        ModelException refused = Assert.Throws<ModelException>(() => ModelLoader.Load(_folder["quantized"], KernelSets.Any));
        Assert.Contains("expected a tensor rnn_lst.0.weight.scale, found", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bf16")]
    [InlineData("int8")]
    public void Parse_Precision_IsWrittenBack(string precision)
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes(new TestPackage().Set("layers.precision", precision).Manifest.ToJsonString());
        var manifest = ModelManifest.Parse("model.json", json);
        Assert.Equal(Parse(precision), ModelManifest.Parse("model.json", manifest.ToJson()).Layers.Basics.Precision);
    }

    public void Dispose() => _folder.Dispose();

    private void Quantize(string precision) =>
        ModelQuantizer.Quantize(new TestPackage().WriteTo(_folder["original"]), Parse(precision), _folder["quantized"]);

    private static WeightPrecision Parse(string precision) => precision == "bf16" ? WeightPrecision.Bf16 : WeightPrecision.Int8;

    private static string Describe(SafetensorsFile file, string tensor) => $"{file[tensor].Type} {file[tensor].ShapeText}";
}
