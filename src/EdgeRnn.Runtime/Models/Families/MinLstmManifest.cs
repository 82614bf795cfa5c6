using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>
/// Layers of minLSTM, named as in lucidrains/minGRU-pytorch. Tensors:
/// layers.N.to_hidden_and_f_i_gate.weight [3 hidden, inputs], rows candidate, f, i, and with a bias .bias [3 hidden].
/// </summary>
/// <param name="Basics">The options of every family.</param>
/// <param name="Activation">Applied to the candidate.</param>
/// <param name="Bias">Whether there are biases.</param>
internal sealed record MinLstmManifest(LayerBasics Basics, CandidateActivation Activation, bool Bias)
    : GatedManifest(FamilyName, Basics, Activation, Bias)
{
    internal const string FamilyName = "minlstm";

    internal override string FirstTensor => "layers.0.to_hidden_and_f_i_gate.weight";

    internal static MinLstmManifest Read(JsonSection section, LayerBasics basics) =>
        new(basics, ReadActivation(section), ReadBias(section));

    private protected override LayerDefinition BuildLayer(int index, int inputs, TensorReader tensors)
    {
        (float[] weights, float[] biases) = tensors.ReadLinear($"layers.{index}.to_hidden_and_f_i_gate", 3 * HiddenSize, inputs, Bias);
        return new LayerDefinition(new MinLstmCell(inputs, HiddenSize, weights, biases, Activation));
    }
}
