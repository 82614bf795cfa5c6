using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Packages.Import;

namespace EdgeRnn.Runtime.Tests.Models.Packages.Import;

/// <summary>What the constructor arguments of the families besides SRU mean.</summary>
public sealed class ConstructorTests : IDisposable
{
    private static readonly LayerBasics One = new("weights.safetensors", "", 1, 13);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OnlySizes_TakesUpstreamsDefaults()
    {
        Assert.Equal(new QrnnManifest(One, Window: 1, OutputGate: true, Zoneout: 0), Layers("qrnn", ""));
        Assert.Equal(new LstmManifest(One, Bias: true), Layers("lstm", ""));
        Assert.Equal(new GruManifest(One, Bias: true), Layers("gru", ""));
    }

    [Fact]
    public void Load_EveryOption_IsTaken()
    {
        LayerBasics three = One with { Count = 3 };
        Assert.Equal(
            new QrnnManifest(three, Window: 2, OutputGate: false, Zoneout: 0.25),
            Layers("qrnn", "\"num_layers\":3,\"window\":2,\"output_gate\":false,\"zoneout\":0.25,\"save_prev_x\":true,\"dropout\":0.5"));
        Assert.Equal(
            new LstmManifest(three, Bias: false),
            Layers("lstm", "\"num_layers\":3,\"bias\":false,\"batch_first\":true,\"proj_size\":0"));
        Assert.Equal(new GruManifest(three, Bias: false), Layers("gru", "\"num_layers\":3,\"bias\":false,\"dropout\":0.5"));
        Assert.Equal(
            new MinGruManifest(three, CandidateActivation.LogSpace, Bias: false),
            Layers("mingru", "\"num_layers\":3,\"activation\":\"log_space\",\"bias\":false"));
        Assert.Equal(
            new MinLstmManifest(One, CandidateActivation.Identity, Bias: true),
            Layers("minlstm", "\"activation\":\"identity\",\"bias\":true"));
        Assert.Equal(new GilrManifest(One, CandidateActivation.Elu, Bias: true), Layers("gilr", "\"activation\":\"elu\",\"bias\":true"));
    }

    [Theory]
    [InlineData("qrnn", "\"bidirectional\":true", "constructor.bidirectional: expected false, found true: a bidirectional module")]
    [InlineData("lstm", "\"bidirectional\":true", "constructor.bidirectional: expected false, found true: a bidirectional module")]
    [InlineData("gru", "\"bidirectional\":1", "constructor.bidirectional: expected false, found true: a bidirectional module")]
    [InlineData("lstm", "\"proj_size\":5", "constructor.proj_size: expected 0, found 5: an LSTM with projected outputs")]
    [InlineData("gru", "\"proj_size\":5", "constructor.proj_size: expected one of")]
    [InlineData("lstm", "\"cell\":5", "constructor.cell: expected one of")]
    [InlineData("qrnn", "\"window\":3", "constructor.window: expected an integer from 1 to 2, found 3")]
    [InlineData("qrnn", "\"zoneout\":1", "constructor.zoneout: expected a number from 0 to below 1, found 1")]
    [InlineData("qrnn", "\"zoneout\":0.999999999", "constructor.zoneout: expected a number from 0 to below 1, found 0.999999999")]
    [InlineData("qrnn", "\"zoneout\":-0.1", "constructor.zoneout: expected a number from 0 to below 1, found -0.1")]
    [InlineData("qrnn", "\"bias\":false", "constructor.bias: expected true, found false: upstream has no layers without a bias")]
    [InlineData("qrnn", "\"layers\":[]", "constructor.layers: expected none, found custom layers")]
    [InlineData("qrnn", "\"kernel\":2", "constructor.kernel: expected one of")]
    [InlineData("mingru", "\"bias\":false", "constructor.activation: expected one of identity, tanh, elu, log_space, found nothing")]
    [InlineData("gilr", "\"activation\":\"elu\"", "constructor.bias: expected true or false, found nothing")]
    [InlineData("minlstm", "\"activation\":\"relu\",\"bias\":true", "constructor.activation: expected one of identity, tanh, elu,")]
    public void Load_UnsupportedValue_NamesKeyExpectedAndFound(string family, string arguments, string message)
    {
        ModelException error = Assert.Throws<ModelException>(() => Layers(family, arguments));
        Assert.StartsWith($"{_folder["config.json"]}: {message}", error.Message, StringComparison.Ordinal);
    }

    private LayersManifest Layers(string family, string arguments)
    {
        File.WriteAllText(_folder["config.json"], $$$"""
            {
              "family": "{{{family}}}",
              "constructor": { "input_size": 7, "hidden_size": 13{{{(arguments.Length > 0 ? "," : "")}}}{{{arguments}}} }
            }
            """);
        return UpstreamConfig.Load(_folder["config.json"], "weights.safetensors").Layers;
    }
}
