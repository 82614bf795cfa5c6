using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>Layers of torch.nn.GRU; rows r, z, n.</summary>
/// <param name="Basics">The options of every family.</param>
/// <param name="Bias">Whether there are biases.</param>
internal sealed record GruManifest(LayerBasics Basics, bool Bias) : FullyRecurrentManifest(FamilyName, Basics, Bias)
{
    internal const string FamilyName = "gru";
    private const int Gates = 3;

    internal static GruManifest Read(JsonSection section, LayerBasics basics) => new(basics, ReadBias(section));

    private protected override LayerDefinition BuildLayer(int index, int inputs, TensorReader tensors)
    {
        float[] weights = ReadInputWeights(index, Gates, inputs, tensors);
        float[] feedback = ReadFeedback(index, Gates, tensors);
        (float[] biases, float[] feedbackBiases) = ReadBiases(index, Gates, tensors);
        // r and z add both biases; in n, r multiplies the bias of the last outputs.
        int joined = 2 * HiddenSize;
        for (int i = 0; i < joined; i++)
            biases[i] += feedbackBiases[i];
        return new LayerDefinition(new GruCell(inputs, HiddenSize, weights, feedback, biases, feedbackBiases.AsMemory(joined)));
    }
}
