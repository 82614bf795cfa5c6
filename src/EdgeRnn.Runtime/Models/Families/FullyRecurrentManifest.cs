using System.Text.Json;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>
/// Layers of a cell whose gates also multiply the last outputs, with the tensors of PyTorch: weight_ih_lN [gates hidden, inputs],
/// weight_hh_lN [gates hidden, hidden] and, with a bias, bias_ih_lN and bias_hh_lN [gates hidden].
/// </summary>
/// <param name="Family">The cell.</param>
/// <param name="Basics">The options of every family.</param>
/// <param name="Bias">Whether there are biases.</param>
internal abstract record FullyRecurrentManifest(string Family, LayerBasics Basics, bool Bias) : LayersManifest(Family, Basics)
{
    internal override string FirstTensor => "weight_ih_l0";

    internal override IReadOnlyList<string> TensorModules =>
        ["weight_ih_l", "weight_hh_l", "weight_hr_l", "bias_ih_l", "bias_hh_l"];

    private protected static bool ReadBias(JsonSection section) => section.Boolean("bias");

    private protected override void WriteOptions(Utf8JsonWriter json) => json.WriteBoolean("bias", Bias);

    private protected float[] ReadInputWeights(int index, int gates, int inputs, TensorReader tensors) =>
        tensors.ReadMatrix($"weight_ih_l{index}", gates * HiddenSize, inputs);

    private protected float[] ReadFeedback(int index, int gates, TensorReader tensors) =>
        tensors.ReadMatrix($"weight_hh_l{index}", gates * HiddenSize, HiddenSize);

    /// <summary>The biases of the products with the inputs and with the last outputs; zeros without a bias.</summary>
    private protected (float[] Inputs, float[] Feedback) ReadBiases(int index, int gates, TensorReader tensors) => Bias
        ? (tensors.Read($"bias_ih_l{index}", gates * HiddenSize), tensors.Read($"bias_hh_l{index}", gates * HiddenSize))
        : (new float[gates * HiddenSize], new float[gates * HiddenSize]);
}
