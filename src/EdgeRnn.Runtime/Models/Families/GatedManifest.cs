using System.Text.Json;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>Layers of a cell whose gates mix a candidate into the state. Each family names its tensors.</summary>
/// <param name="Family">The cell.</param>
/// <param name="Basics">The options of every family.</param>
/// <param name="Activation">Applied to the candidate.</param>
/// <param name="Bias">Whether there are biases.</param>
internal abstract record GatedManifest(string Family, LayerBasics Basics, CandidateActivation Activation, bool Bias)
    : LayersManifest(Family, Basics)
{
    private static readonly Words<CandidateActivation> Activations = new(
        ("identity", CandidateActivation.Identity), ("tanh", CandidateActivation.Tanh), ("elu", CandidateActivation.Elu),
        ("log_space", CandidateActivation.LogSpace));

    internal override IReadOnlyList<string> TensorModules => ["layers."];

    private protected static CandidateActivation ReadActivation(JsonSection section) => section.OneOf("activation", Activations);

    private protected static bool ReadBias(JsonSection section) => section.Boolean("bias");

    private protected override void WriteOptions(Utf8JsonWriter json)
    {
        json.WriteString("activation", Activations.WordOf(Activation));
        json.WriteBoolean("bias", Bias);
    }
}
