using EdgeRnn.Kernels;

namespace EdgeRnn.Runtime.Models;

/// <summary>Layers of torch.nn.GRU; the rows r, z, n.</summary>
/// <param name="Basics">What all families have.</param>
/// <param name="Bias">Whether there are biases.</param>
public sealed record GruLayers(LayerBasics Basics, bool Bias) : DenseLayers(FamilyName, Basics, Bias)
{
    internal const string FamilyName = "gru";
    private const int Gates = 3;

    internal static GruLayers Read(JsonSection section, LayerBasics basics) => new(basics, ReadBias(section));

    private protected override LayerDefinition BuildLayer(int index, int inputs, TensorReader tensors)
    {
        var weights = ReadInputWeights(index, Gates, inputs, tensors);
        var feedback = ReadFeedback(index, Gates, tensors);
        var (biases, feedbackBiases) = ReadBiases(index, Gates, tensors);
        // r and z add both biases; r multiplies that of the last outputs in n.
        var joined = 2 * HiddenSize;
        for (var i = 0; i < joined; i++)
            biases[i] += feedbackBiases[i];
        return new LayerDefinition(new GruCell(inputs, HiddenSize, weights, feedback, biases, feedbackBiases.AsMemory(joined)));
    }
}
