using System.Text.Json;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>The names and layouts of the tensors in the versions of asappresearch/sru.</summary>
internal enum SruTensorNames
{
    /// <summary>The code of 2017 and January 2018, module cuda_functional: no weight_c, no scale_x.</summary>
    V1,

    /// <summary>2.0.0 to 2.1.7: layer norms are separate modules in ln_lst.</summary>
    V20,

    /// <summary>2.1.8 and later 2.x.</summary>
    V2X,

    /// <summary>3.0.0 development versions: transposed matrices in transform_module.</summary>
    V3Dev,
}

/// <summary>The place and kind of an SRU layer's normalization.</summary>
internal enum SruLayerNorm
{
    None,

    /// <summary>The input of the gates; variance over n, epsilon 1e-5.</summary>
    Pre,

    /// <summary>The output; variance over n, epsilon 1e-5.</summary>
    Post,

    /// <summary>The output, as in 2.0.0 to 2.1.7; variance over n - 1, epsilon 1e-6.</summary>
    PostUnbiased,
}

/// <summary>Layers of simple recurrent units.</summary>
/// <param name="Basics">The options of every family.</param>
/// <param name="TensorNames">The names and layouts of the tensors.</param>
/// <param name="Activation">Applied to the state on its way out.</param>
/// <param name="Skip">Whether the input passes around the cell to its output.</param>
/// <param name="Rescale">Whether a skip term that is the input itself is multiplied by the stored scale_x.</param>
/// <param name="LayerNorm">The place and kind of normalization.</param>
/// <param name="InputProjection">Whether a matrix brings the frame to the hidden size before the first layer.</param>
/// <param name="ProjectionSizes">Per layer, the inner size if the gate matrix is a product of two, otherwise 0; empty: all 0.</param>
internal sealed record SruManifest(
    LayerBasics Basics, SruTensorNames TensorNames, Activation Activation, bool Skip, bool Rescale, SruLayerNorm LayerNorm,
    bool InputProjection, IReadOnlyList<int> ProjectionSizes)
    : LayersManifest(FamilyName, Basics)
{
    internal const string FamilyName = "sru";

    private static readonly Words<SruTensorNames> AllTensorNames =
        new(("v1", SruTensorNames.V1), ("2.0", SruTensorNames.V20), ("2.x", SruTensorNames.V2X), ("3.dev", SruTensorNames.V3Dev));

    private static readonly Words<Activation> Activations =
        new(("identity", Activation.Identity), ("tanh", Activation.Tanh), ("relu", Activation.Relu));

    private static readonly Words<SruLayerNorm> LayerNorms = new(
        ("none", SruLayerNorm.None), ("pre", SruLayerNorm.Pre), ("post", SruLayerNorm.Post), ("post_unbiased", SruLayerNorm.PostUnbiased));

    internal override string FirstTensor => "rnn_lst.0.bias";

    internal override IReadOnlyList<string> TensorModules => ["rnn_lst.", "ln_lst.", "input_to_hidden."];

    internal static SruManifest Read(JsonSection section, LayerBasics basics)
    {
        var layers = new SruManifest(
            basics,
            section.OneOf("tensor_names", AllTensorNames),
            section.OneOf("activation", Activations),
            section.Boolean("skip"),
            section.Boolean("rescale"),
            section.OneOf("layer_norm", LayerNorms),
            section.Boolean("input_projection", false),
            section.Integers("projection_sizes", ManifestLimits.Layers, 0, ManifestLimits.Width));
        if (layers.ProjectionSizes.Count is var sizes && sizes != 0 && sizes != layers.Count)
            throw section.Error("projection_sizes", $"{layers.Count} sizes, one per layer", $"{sizes}");
        return layers;
    }

    private protected override IEnumerable<LayerDefinition> BeforeLayers(int inputSize, TensorReader tensors) =>
        InputProjection && inputSize != HiddenSize ? [new SruLayerReader(this, tensors).InputProjection(inputSize)] : [];

    private protected override LayerDefinition BuildLayer(int index, int inputs, TensorReader tensors) =>
        new SruLayerReader(this, tensors).Layer(index, inputs, ProjectionSizes.Count == 0 ? 0 : ProjectionSizes[index]);

    private protected override void WriteOptions(Utf8JsonWriter json)
    {
        json.WriteString("tensor_names", AllTensorNames.WordOf(TensorNames));
        json.WriteString("activation", Activations.WordOf(Activation));
        json.WriteBoolean("skip", Skip);
        json.WriteBoolean("rescale", Rescale);
        json.WriteString("layer_norm", LayerNorms.WordOf(LayerNorm));
        json.WriteBoolean("input_projection", InputProjection);
        if (ProjectionSizes.Count == 0)
            return;
        json.WriteStartArray("projection_sizes");
        foreach (int size in ProjectionSizes)
            json.WriteNumberValue(size);
        json.WriteEndArray();
    }
}
