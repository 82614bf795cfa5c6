using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Output;

/// <summary>What a model's outputs are, and what they decide.</summary>
/// <param name="Size">Values per output.</param>
/// <param name="Labels">The outputs' names; may be empty.</param>
/// <param name="AreIndependent">Whether each output decides for itself, as after a sigmoid; otherwise the greatest decides.</param>
internal sealed record OutputRows(int Size, IReadOnlyList<string> Labels, bool AreIndependent)
{
    private const float Threshold = 0.5f;

    public static OutputRows Of(RecurrentModel model) =>
        new(model.OutputSize, model.Labels, model.HeadActivation == HeadActivation.Sigmoid);

    public static OutputRows Of(Client.ModelDescription model) => new(model.OutputSize, model.Labels, model.OutputActivation == "sigmoid");

    /// <summary>Whether an output has a name to decide for.</summary>
    public bool HasDecisions => Labels.Count > 0 && (AreIndependent || Size > 1);

    /// <summary>The label that an output decides for; of independent outputs the labels from 0.5, separated by |.</summary>
    public string Decide(ReadOnlySpan<float> output)
    {
        if (!AreIndependent)
            return Labels[OutputComparison.IndexOfMax(output)];
        List<string> decided = [];
        for (int i = 0; i < output.Length; i++)
        {
            if (output[i] >= Threshold)
                decided.Add(Labels[i]);
        }

        return string.Join('|', decided);
    }
}
