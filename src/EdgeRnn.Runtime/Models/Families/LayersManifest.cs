using System.Text.Json;
using EdgeRnn.Kernels.Weights;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>The options of every family.</summary>
/// <param name="File">The tensor file in the package.</param>
/// <param name="Prefix">Precedes every tensor name, if the layers are part of a larger module: "encoder."; may be empty.</param>
/// <param name="Count">Recurrent layers.</param>
/// <param name="HiddenSize">Units per layer.</param>
/// <param name="Precision">
/// The format of the gate and projection matrices in memory, whatever the format in the file. Biases, norms and the head stay float32.
/// </param>
internal sealed record LayerBasics(
    string File, string Prefix, int Count, int HiddenSize, WeightPrecision Precision = WeightPrecision.Fp32);

/// <summary>The section of a manifest that describes the recurrent layers. Each family derives a type.</summary>
/// <param name="Family">The cell: "sru", …</param>
/// <param name="Basics">What all families have.</param>
internal abstract record LayersManifest(string Family, LayerBasics Basics)
{
    internal static readonly Words<WeightPrecision> Precisions =
        new(("fp32", WeightPrecision.Fp32), ("bf16", WeightPrecision.Bf16), ("int8", WeightPrecision.Int8));

    /// <summary>Recurrent layers.</summary>
    public int Count => Basics.Count;

    /// <summary>Units per layer.</summary>
    public int HiddenSize => Basics.HiddenSize;

    /// <summary>The beginnings of the names of the layers' tensors. A tensor so named that the options do not ask for is refused.</summary>
    internal abstract IReadOnlyList<string> TensorModules { get; }

    /// <summary>The name of a tensor that every module of this family has, and the beginning of the names of its first layer.</summary>
    internal abstract string FirstTensor { get; }

    /// <summary>Reads the tensors and returns the layers, first to last.</summary>
    /// <param name="inputSize">Values per frame.</param>
    /// <param name="tensors">The tensors under the prefix.</param>
    /// <exception cref="ModelException">The tensors do not fit the manifest.</exception>
    internal IReadOnlyList<LayerDefinition> Build(int inputSize, TensorReader tensors)
    {
        tensors.RefuseUnsupported();
        List<LayerDefinition> layers = [.. BeforeLayers(inputSize, tensors)];
        for (int i = 0; i < Count; i++)
            layers.Add(BuildLayer(i, layers.Count == 0 ? inputSize : HiddenSize, tensors));
        foreach (string module in TensorModules)
            tensors.RefuseOthers(module);
        return [.. layers.Select(layer => layer with { Precision = Basics.Precision })];
    }

    /// <summary>The layers before the first recurrent layer; they give it frames of the hidden size.</summary>
    private protected virtual IEnumerable<LayerDefinition> BeforeLayers(int inputSize, TensorReader tensors) => [];

    /// <param name="index">The layer, from 0.</param>
    /// <param name="inputs">Values per frame of the layer's input.</param>
    /// <param name="tensors">The tensors under the prefix.</param>
    private protected abstract LayerDefinition BuildLayer(int index, int inputs, TensorReader tensors);

    /// <summary>Writes the keys of this family.</summary>
    private protected abstract void WriteOptions(Utf8JsonWriter json);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("family", Family);
        json.WriteString("file", Basics.File);
        if (Basics.Prefix.Length > 0)
            json.WriteString("prefix", Basics.Prefix);
        json.WriteNumber("count", Count);
        json.WriteNumber("hidden_size", HiddenSize);
        if (Basics.Precision != WeightPrecision.Fp32)
            json.WriteString("precision", Precisions.WordOf(Basics.Precision));
        WriteOptions(json);
        json.WriteEndObject();
    }
}
