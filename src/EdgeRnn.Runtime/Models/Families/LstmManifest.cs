using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>Layers of torch.nn.LSTM; rows i, f, g, o.</summary>
/// <param name="Basics">The options of every family.</param>
/// <param name="Bias">Whether there are biases.</param>
internal sealed record LstmManifest(LayerBasics Basics, bool Bias) : FullyRecurrentManifest(FamilyName, Basics, Bias)
{
    internal const string FamilyName = "lstm";
    private const int Gates = 4;

    internal static LstmManifest Read(JsonSection section, LayerBasics basics) => new(basics, ReadBias(section));

    private protected override LayerDefinition BuildLayer(int index, int inputs, TensorReader tensors)
    {
        float[] weights = ReadInputWeights(index, Gates, inputs, tensors);
        float[] feedback = ReadFeedback(index, Gates, tensors);
        (float[] biases, float[] feedbackBiases) = ReadBiases(index, Gates, tensors);
        for (int i = 0; i < biases.Length; i++)
            biases[i] += feedbackBiases[i];
        return new LayerDefinition(new LstmCell(inputs, HiddenSize, weights, feedback, biases));
    }
}
