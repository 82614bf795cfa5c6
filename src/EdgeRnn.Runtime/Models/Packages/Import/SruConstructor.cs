using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>Reads the constructor arguments of an SRU module. An argument that its version does not have is an error.</summary>
internal static class SruConstructor
{
    private const int DefaultLayers = 2;

    public static LayersManifest Read(UpstreamModule module)
    {
        JsonSection arguments = module.Arguments;
        var version = SruVersion.Read(module.Root, module.Root.Section("upstream"));
        // These affect only training, initial values, or the form of the caller's state.
        arguments.Ignore("dropout", "rnn_dropout", "highway_bias");
        if (version.TensorNames == SruTensorNames.V20)
            arguments.Ignore("is_input_normalized");
        if (version.TensorNames is SruTensorNames.V2X or SruTensorNames.V3Dev)
            arguments.Ignore("nn_rnn_compatible_return", "amp_recurrence_fp16", "weight_c_init");
        // v1 changes nothing at inference: the weights of the state are then stored as zeros.
        if (version.TensorNames != SruTensorNames.V1)
            arguments.Boolean("v1", false);

        module.RefuseBidirectional();
        if (version.TensorNames is SruTensorNames.V20)
        {
            module.Require("weight_norm", false, "normalized weights are not supported: fold them into the weights before exporting");
            module.Require("use_selu", false, "SELU is not supported");
        }

        foreach (string key in (ReadOnlySpan<string>)["custom_m", "transform_module"])
        {
            if (version.TensorNames is SruTensorNames.V2X or SruTensorNames.V3Dev && arguments.Has(key))
                throw arguments.Error(key, "none", "a custom module, which is not supported");
        }

        (int inputSize, LayerBasics basics) = (module.InputSize, module.Basics(DefaultLayers));
        bool inputProjection = version.TensorNames is SruTensorNames.V2X or SruTensorNames.V3Dev
            && arguments.Boolean("proj_input_to_hidden_first", false) && inputSize != basics.HiddenSize;
        return new SruManifest(
            basics,
            version.TensorNames,
            Activation(arguments, version),
            Skip: version.TensorNames == SruTensorNames.V1 || arguments.Boolean("has_skip_term", true),
            Rescale: Rescale(arguments, version),
            LayerNorm(arguments, version),
            inputProjection,
            Projections(arguments, version, inputProjection ? basics.HiddenSize : inputSize, basics));
    }

    private static Activation Activation(JsonSection arguments, SruVersion version)
    {
        bool isEarly = version.TensorNames is SruTensorNames.V1 or SruTensorNames.V20;
        bool relu = isEarly && arguments.Boolean("use_relu", false);
        if (!relu && version.DefaultsToTanh is null && !arguments.Has("use_tanh"))
            throw arguments.Error("use_tanh", "true or false, because its default changed between August 2017 and January 2018", "nothing");
        bool tanh = arguments.Boolean("use_tanh", version.DefaultsToTanh ?? false);
        // In the first version ReLU overrides the default, tanh; 2.0 refuses the combination.
        if (relu && tanh && version.TensorNames == SruTensorNames.V20)
            throw arguments.Error("use_relu", "one activation", "use_tanh as well");
        return relu ? Kernels.Cells.Activation.Relu : tanh ? Kernels.Cells.Activation.Tanh : Kernels.Cells.Activation.Identity;
    }

    private static bool Rescale(JsonSection arguments, SruVersion version) =>
        version.TensorNames != SruTensorNames.V1
        && (arguments.Boolean("rescale", version.DefaultsToRescale) | version.AlwaysScales);

    private static SruLayerNorm LayerNorm(JsonSection arguments, SruVersion version)
    {
        if (version.TensorNames == SruTensorNames.V1)
            return SruLayerNorm.None;
        bool isNormalized = arguments.Boolean("layer_norm", false);
        if (version.TensorNames == SruTensorNames.V20)
            return isNormalized ? SruLayerNorm.PostUnbiased : SruLayerNorm.None;
        bool isAfter = arguments.Boolean("normalize_after", false);
        return !isNormalized ? SruLayerNorm.None : isAfter ? SruLayerNorm.Post : SruLayerNorm.Pre;
    }

    /// <summary>
    /// 2.x projects a layer only if that makes it smaller. 3.dev projects every layer, and also takes one size per layer.
    /// </summary>
    private static List<int> Projections(JsonSection arguments, SruVersion version, int inputSize, LayerBasics basics)
    {
        if (version.TensorNames == SruTensorNames.V1)
            return [];
        string key = arguments.Has("n_proj") ? "n_proj" : "projection_size";
        List<int> sizes;
        if (version.TensorNames == SruTensorNames.V3Dev && arguments.IsArray(key))
        {
            sizes = [.. arguments.Integers(key, ManifestLimits.Layers, 0, ManifestLimits.Width)];
            if (sizes.Count != basics.Count)
                throw arguments.Error(key, $"{basics.Count} sizes, one per layer", $"{sizes.Count}");
        }
        else
        {
            int size = arguments.Integer(key, 0, ManifestLimits.Width, 0);
            bool Applies(int inputs) => version.TensorNames == SruTensorNames.V3Dev || size < Math.Min(inputs, basics.HiddenSize);
            sizes = [.. Enumerable.Range(0, basics.Count).Select(i => Applies(i == 0 ? inputSize : basics.HiddenSize) ? size : 0)];
        }

        return sizes.TrueForAll(size => size == 0) ? [] : sizes;
    }
}
