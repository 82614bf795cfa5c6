using System.Text;
using System.Text.Json.Nodes;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Tests.Models.Packages;

public sealed class ModelManifestTests
{
    [Fact]
    public void Parse_OwnJson_GivesBackWhatWasWritten()
    {
        var layers = new SruManifest(
            new LayerBasics("w.safetensors", "encoder.", 3, 48),
            SruTensorNames.V3Dev, Activation.Relu, Skip: false, Rescale: true, SruLayerNorm.Post,
            InputProjection: true, [8, 0, 16]);
        var input = new InputManifest(30, 12.5, NonFinitePolicy.Pass, new NormalizationManifest("h.safetensors", "m", "s"));
        var manifest = new ModelManifest(
            "n", "v1", input, layers, new HeadManifest("h.safetensors", "w", "b", HeadActivation.Sigmoid), ["x", "y"], "meaning");

        var read = ModelManifest.Parse("model.json", manifest.ToJson());

        Assert.Equal(manifest.ToJson(), read.ToJson());
        Assert.Equal(input, read.Input);
        Assert.Equal(manifest.Head, read.Head);
        Assert.Equal(["x", "y"], read.Labels);
        Assert.Equal(layers with { ProjectionSizes = [] }, (SruManifest)read.Layers with { ProjectionSizes = [] });
        Assert.Equal([8, 0, 16], ((SruManifest)read.Layers).ProjectionSizes);
    }

    [Fact]
    public void Parse_OptionalKeysAbsent_TakesTheDefaults()
    {
        TestPackage package = new TestPackage()
            .Without("input.rate").Without("input.non_finite").Without("input.normalization").Without("head").Without("output");

        var manifest = ModelManifest.Parse("model.json", Encoding.UTF8.GetBytes(package.Manifest.ToJsonString()));

        Assert.Equal(new InputManifest(TestPackage.Inputs, null, NonFinitePolicy.Reject, null), manifest.Input);
        Assert.Null(manifest.Head);
        Assert.Empty(manifest.Labels);
    }

    [Fact]
    public void Parse_OldSpellingOfNormalization_GivesTheSameManifest()
    {
        TestPackage old = new TestPackage().Without("input.normalization")
            .Set("input.normalisation", new TestPackage().Manifest["input"]!["normalization"]!.DeepClone());

        Assert.Equal(Parse(new TestPackage().Manifest.ToJsonString()).ToJson(), Parse(old.Manifest.ToJsonString()).ToJson());
    }

    [Fact]
    public void Parse_BothSpellingsOfNormalization_NamesTheOldKey()
    {
        var package = new TestPackage();
        package.Set("input.normalisation", package.Manifest["input"]!["normalization"]!.DeepClone());

        ModelException error = Assert.Throws<ModelException>(() => Parse(package.Manifest.ToJsonString()));

        Assert.StartsWith("model.json: input.normalisation: expected one of ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("format", "2", "format: expected an integer from 1 to 1, found 2")]
    [InlineData("name", "\"a/b\"", "name: expected 1 to 100 of the characters")]
    [InlineData("name", "\"\"", "name: expected 1 to 100 of the characters")]
    [InlineData("name", "\"..\"", "name: expected 1 to 100 of the characters")]
    [InlineData("name", "7", "name: expected a text of at most 100 characters, found 7")]
    [InlineData("speed", "3", "speed: expected one of format, head, input, layers, name, output, version, found an unknown key")]
    [InlineData("input", "[]", "input: expected a JSON object, found an array of 0")]
    [InlineData("input.size", "0", "input.size: expected an integer from 1 to 65536, found 0")]
    [InlineData("input.size", "65537", "input.size: expected an integer from 1 to 65536, found 65537")]
    [InlineData("input.size", "7.5", "input.size: expected an integer from 1 to 65536, found 7.5")]
    [InlineData("input.size", "null", "input.size: expected an integer from 1 to 65536, found nothing")]
    [InlineData("input.rate", "-1", "input.rate: expected a finite number greater than 0, found -1")]
    [InlineData("input.rate", "1e999", "input.rate: expected a finite number greater than 0, found 1e999")]
    [InlineData("input.non_finite", "\"drop\"", "input.non_finite: expected one of reject, pass, hold, found \"drop\"")]
    [InlineData("input.normalization.file", "\"../head.safetensors\"", "input.normalization.file: expected 1 to 100 of the characters")]
    [InlineData("layers.family", "\"xlstm\"", "layers.family: expected one of sru, qrnn, mingru, minlstm, gilr, lstm, gru")]
    [InlineData("layers.file", "\"/etc/passwd\"", "layers.file: expected 1 to 100 of the characters")]
    [InlineData("layers.file", "\"sub/weights.safetensors\"", "layers.file: expected 1 to 100 of the characters")]
    [InlineData("layers.file", "\"..\\\\weights.safetensors\"", "layers.file: expected 1 to 100 of the characters")]
    [InlineData("layers.count", "65", "layers.count: expected an integer from 1 to 64, found 65")]
    [InlineData("layers.hidden_size", "70000", "layers.hidden_size: expected an integer from 1 to 65536, found 70000")]
    [InlineData("layers.activation", "\"selu\"", "layers.activation: expected one of identity, tanh, relu, found \"selu\"")]
    [InlineData("layers.skip", "\"yes\"", "layers.skip: expected true or false, found \"yes\"")]
    [InlineData("layers.layer_norm", "\"both\"", "layers.layer_norm: expected one of none, pre, post, post_unbiased")]
    [InlineData("layers.projection_sizes", "[4]", "layers.projection_sizes: expected 2 sizes, one per layer, found 1")]
    [InlineData("layers.projection_sizes", "[4, -1]", "layers.projection_sizes[1]: expected an integer from 0 to 65536, found -1")]
    [InlineData("layers.zoneout", "0.1", "layers.zoneout: expected one of")]
    [InlineData("head.activation", "\"tanh\"", "head.activation: expected one of none, softmax, sigmoid, found \"tanh\"")]
    [InlineData("head.weight", "null", "head.weight: expected a text, found nothing")]
    [InlineData("output.labels", "[1]", "output.labels[0]: expected a text of at most 200 characters, found 1")]
    public void Parse_BadValue_NamesFileKeyExpectedAndFound(string key, string value, string message)
    {
        TestPackage package = new TestPackage().Set(key, JsonNode.Parse(value));

        ModelException error = Assert.Throws<ModelException>(() => Parse(package.Manifest.ToJsonString()));

        Assert.StartsWith($"model.json: {message}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("nul")]
    [InlineData("{\"format\":1,\"format\":1}")]
    [InlineData("{\"format\":1,\"name\":\"\\ud800\"}")]
    public void Parse_NotAManifest_IsAModelError(string json) => Assert.Throws<ModelException>(() => Parse(json));

    [Fact]
    public void Parse_DeepJson_IsAModelError() =>
        Assert.Throws<ModelException>(() => Parse($"{{\"input\":{new string('[', 100000)}{new string(']', 100000)}}}"));

    [Fact]
    public void Parse_NotUtf8_IsAModelError() =>
        Assert.Throws<ModelException>(() => ModelManifest.Parse("model.json", new byte[] { 0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d }));

    [Fact]
    public void Parse_BytesFlippedAnywhere_GivesAManifestOrAModelError()
    {
        const int Seed = 1234, Rounds = 5000;
        var random = new Random(Seed);
        byte[] whole = Encoding.UTF8.GetBytes(new TestPackage().Manifest.ToJsonString());
        for (int round = 0; round < Rounds; round++)
        {
            byte[] json = whole.ToArray();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                json[random.Next(json.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : "{}[]\",:019-."u8[random.Next(12)];
            try
            {
                ModelManifest.Parse("model.json", json).ToJson();
            }
            catch (ModelException)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed} round {round}: {e}\n{Encoding.Latin1.GetString(json)}");
            }
        }
    }

    private static ModelManifest Parse(string json) => ModelManifest.Parse("model.json", Encoding.UTF8.GetBytes(json));
}
