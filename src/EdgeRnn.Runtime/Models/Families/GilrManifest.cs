using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>
/// Layers of gated impulse linear recurrences. Tensors:
/// layers.N.linear.weight [2 hidden, inputs], rows candidate, gate, and with a bias .bias [2 hidden].
/// </summary>
/// <param name="Basics">The options of every family.</param>
/// <param name="Activation">Applied to the candidate.</param>
/// <param name="Bias">Whether there are biases.</param>
internal sealed record GilrManifest(LayerBasics Basics, CandidateActivation Activation, bool Bias)
    : GatedManifest(FamilyName, Basics, Activation, Bias)
{
    internal const string FamilyName = "gilr";

    internal override string FirstTensor => "layers.0.linear.weight";

    internal static GilrManifest Read(JsonSection section, LayerBasics basics) => new(basics, ReadActivation(section), ReadBias(section));

    private protected override LayerDefinition BuildLayer(int index, int inputs, TensorReader tensors)
    {
        (float[] weights, float[] biases) = tensors.ReadLinear($"layers.{index}.linear", 2 * HiddenSize, inputs, Bias);
        return new LayerDefinition(new GilrCell(inputs, HiddenSize, weights, biases, Activation));
    }
}
