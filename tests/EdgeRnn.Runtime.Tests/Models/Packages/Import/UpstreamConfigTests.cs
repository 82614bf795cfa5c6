using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Packages.Import;

namespace EdgeRnn.Runtime.Tests.Models.Packages.Import;

/// <summary>What constructor arguments mean in each version of upstream.</summary>
public sealed class UpstreamConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2.0.0", SruTensorNames.V20, true)]
    [InlineData("v2.1.4", SruTensorNames.V20, true)]
    [InlineData("2.1.5", SruTensorNames.V20, false)]
    [InlineData("2.1.7", SruTensorNames.V20, false)]
    [InlineData("2.1.8", SruTensorNames.V2X, false)]
    [InlineData("v2.6.0", SruTensorNames.V2X, false)]
    [InlineData("2.7.0-rc1", SruTensorNames.V2X, false)]
    [InlineData("2.7.0rc1", SruTensorNames.V2X, false)]
    [InlineData("3.0.0.dev6", SruTensorNames.V3Dev, false)]
    internal void Load_Release_HasItsTensorNamesAndDefaults(string tag, SruTensorNames names, bool rescale)
    {
        SruManifest layers = Layers(tag, "");
        Assert.Equal((names, rescale), (layers.TensorNames, layers.Rescale));
        Assert.Equal((2, true, Activation.Identity, SruLayerNorm.None), (layers.Count, layers.Skip, layers.Activation, layers.LayerNorm));
        Assert.Empty(layers.ProjectionSizes);
    }

    [Theory]
    [InlineData("2.0.0", "\"rescale\":false", true)] // multiplies by the stored scale_x whatever rescale is
    [InlineData("2.1.5", "\"rescale\":true", true)]
    [InlineData("2.6.0", "\"rescale\":true", true)]
    public void Load_Rescale_FollowsTheVersion(string tag, string arguments, bool rescale) =>
        Assert.Equal(rescale, Layers(tag, arguments).Rescale);

    [Theory]
    [InlineData("2.0.0", "\"layer_norm\":true", SruLayerNorm.PostUnbiased)]
    [InlineData("2.1.8", "\"layer_norm\":true", SruLayerNorm.Pre)]
    [InlineData("2.6.0", "\"layer_norm\":true,\"normalize_after\":true", SruLayerNorm.Post)]
    [InlineData("2.6.0", "\"normalize_after\":true", SruLayerNorm.None)]
    [InlineData("3.0.0.dev6", "\"layer_norm\":true", SruLayerNorm.Pre)]
    internal void Load_LayerNorm_FollowsTheVersion(string tag, string arguments, SruLayerNorm norm) =>
        Assert.Equal(norm, Layers(tag, arguments).LayerNorm);

    [Theory]
    [InlineData("2.6.0", "\"projection_size\":6", new[] { 6, 6 })]
    [InlineData("2.6.0", "\"projection_size\":7", new[] { 0, 7 })]
    [InlineData("2.6.0", "\"projection_size\":7,\"proj_input_to_hidden_first\":true", new[] { 7, 7 })]
    [InlineData("2.6.0", "\"projection_size\":13", new int[0])]
    [InlineData("2.0.0", "\"n_proj\":6", new[] { 6, 6 })]
    [InlineData("3.0.0.dev6", "\"projection_size\":40", new[] { 40, 40 })]
    [InlineData("3.0.0.dev6", "\"projection_size\":[0,5]", new[] { 0, 5 })]
    public void Load_Projection_IsPerLayerByTheRuleOfTheVersion(string tag, string arguments, int[] sizes) =>
        Assert.Equal(sizes, Layers(tag, arguments).ProjectionSizes);

    [Theory]
    [InlineData("v1 of 2018-01-01", "", Activation.Tanh)]
    [InlineData("v1 of 2017-08-29", "", Activation.Identity)]
    [InlineData("", "\"use_tanh\":0", Activation.Identity)]
    [InlineData("", "\"use_tanh\":1", Activation.Tanh)]
    [InlineData("v1 of 2018-01-01", "\"use_relu\":1", Activation.Relu)]
    internal void Load_FirstVersion_HasItsOwnActivation(string tag, string arguments, Activation activation)
    {
        SruManifest layers = Layers(tag, arguments, "cuda_functional.SRU");
        Assert.Equal((SruTensorNames.V1, activation, false, true), (layers.TensorNames, layers.Activation, layers.Rescale, layers.Skip));
    }

    [Fact]
    public void Load_InertArguments_AreAccepted() => Layers(
        "2.6.0",
        "\"dropout\":0.3,\"rnn_dropout\":0.1,\"highway_bias\":-2,\"v1\":true,\"nn_rnn_compatible_return\":true,"
        + "\"amp_recurrence_fp16\":true,\"weight_c_init\":null,\"custom_m\":null,\"bidirectional\":false,\"num_layers\":2");

    [Theory]
    [InlineData("2.6.0", "\"use_relu\":true", "constructor.use_relu: expected one of")]
    [InlineData("2.6.0", "\"attention\":4", "constructor.attention: expected one of")]
    [InlineData("2.6.0", "\"custom_m\":{}", "constructor.custom_m: expected none")]
    [InlineData("3.0.0.dev6", "\"transform_module\":\"x\"", "constructor.transform_module: expected none")]
    [InlineData("2.0.0", "\"use_selu\":1", "constructor.use_selu: expected false, found true: SELU is not supported")]
    [InlineData("2.0.0", "\"weight_norm\":true", "constructor.weight_norm: expected false, found true: normalized weights are not")]
    [InlineData("2.0.0", "\"use_relu\":true,\"use_tanh\":true", "constructor.use_relu: expected one activation, found use_tanh as well")]
    [InlineData("2.6.0", "\"num_layers\":0", "constructor.num_layers: expected an integer from 1 to 64, found 0")]
    [InlineData("2.6.0", "\"projection_size\":[4,4]", "constructor.projection_size: expected an integer from 0 to 65536")]
    [InlineData("3.0.0.dev6", "\"projection_size\":[4]", "constructor.projection_size: expected 2 sizes, one per layer, found 1")]
    [InlineData("1.0.0", "", "upstream.tag: expected a release of 2.x or 3.x such as v2.6.0, found \"1.0.0\"")]
    [InlineData("master", "", "upstream.tag: expected a release of 2.x or 3.x such as v2.6.0, found \"master\"")]
    public void Load_UnsupportedValue_NamesKeyExpectedAndFound(string tag, string arguments, string message)
    {
        ModelException error = Assert.Throws<ModelException>(() => Layers(tag, arguments));
        Assert.StartsWith($"{_folder["config.json"]}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"family\":\"xlstm\"", "family: expected one of sru, qrnn, mingru, minlstm, gilr, lstm, gru, found \"xlstm\"")]
    [InlineData("\"upstream_class\":\"sru.SRUpp\"", "upstream_class: expected sru.SRU or cuda_functional.SRU, found \"sru.SRUpp\"")]
    [InlineData("\"family\":\"lstm\",\"upstream_class\":\"x.LSTM\"", "upstream_class: expected torch.nn.LSTM, found \"x.LSTM\"")]
    [InlineData("\"family\":\"qrnn\",\"upstream_class\":\"x.QRNN\"", "upstream_class: expected torchqrnn.QRNN, found \"x.QRNN\"")]
    public void Load_OtherModules_AreRefused(string extra, string message)
    {
        ModelException error = Assert.Throws<ModelException>(() => Load($$$"""
            {"upstream":{"repo":"asappresearch/sru","tag":"v2.6.0"},{{{extra}}},"constructor":{"input_size":7,"hidden_size":13}}
            """));
        Assert.StartsWith($"{_folder["config.json"]}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("asappresearch/sru", "", SruManifest.FamilyName)]
    [InlineData("salesforce/pytorch-qrnn", "", QrnnManifest.FamilyName)]
    [InlineData("pytorch/pytorch", "torch.nn.LSTM", LstmManifest.FamilyName)]
    [InlineData("pytorch/pytorch", "torch.nn.GRU", GruManifest.FamilyName)]
    public void Load_NoFamily_GoesByTheRepository(string repo, string upstreamClass, string family)
    {
        UpstreamConfig loaded = Load($$$"""
            {
              "upstream":{"repo":"{{{repo}}}","tag":"2.6.0"}, "constructor":{"input_size":7,"hidden_size":13},
              "upstream_class":{{{(upstreamClass.Length == 0 ? "null" : $"\"{upstreamClass}\"")}}}
            }
            """);
        Assert.Equal((family, 7, 13), (loaded.Layers.Family, loaded.InputSize, loaded.Layers.HiddenSize));
    }

    [Theory]
    [InlineData("\"upstream\":{\"repo\":\"some/where\"}", "upstream.repo: expected asappresearch/sru, salesforce/pytorch-qrnn, pytorch/pytorch or lucidrains/minGRU-pytorch, or family")]
    [InlineData("\"upstream\":{\"repo\":\"pytorch/pytorch\"}", "upstream_class: expected torch.nn.LSTM or torch.nn.GRU, found \"\"")]
    [InlineData("\"upstream\":{}", "family: expected one of sru, qrnn, mingru, minlstm, gilr, lstm, gru, found nothing")]
    [InlineData("\"name\":\"x\"", "family: expected one of sru, qrnn, mingru, minlstm, gilr, lstm, gru, found nothing")]
    public void Load_NeitherFamilyNorKnownRepository_IsRefused(string keys, string message)
    {
        ModelException error = Assert.Throws<ModelException>(() => Load($$$"""{ {{{keys}}},"constructor":{}}"""));
        Assert.StartsWith($"{_folder["config.json"]}: {message}", error.Message, StringComparison.Ordinal);
    }

    private SruManifest Layers(string tag, string arguments, string upstreamClass = "sru.SRU") => (SruManifest)Load($$$"""
        {
          "upstream": { "repo": "asappresearch/sru", "tag": "{{{tag}}}", "commit": "x" }, "upstream_class": "{{{upstreamClass}}}",
          "constructor": { "input_size": 7, "hidden_size": 13{{{(arguments.Length > 0 ? "," : "")}}}{{{arguments}}} }, "accuracy": 0.9
        }
        """).Layers;

    private UpstreamConfig Load(string json)
    {
        File.WriteAllText(_folder["config.json"], json);
        return UpstreamConfig.Load(_folder["config.json"], "weights.safetensors");
    }
}
