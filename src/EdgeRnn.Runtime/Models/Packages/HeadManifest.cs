using System.Text.Json;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>The linear output layer: W h + b and an activation.</summary>
/// <param name="File">The tensor file in the package.</param>
/// <param name="Weight">Name of the tensor W [outputs, hidden size].</param>
/// <param name="Bias">Name of the tensor b [outputs]; null if there is none.</param>
/// <param name="Activation">Applied to the sums.</param>
internal sealed record HeadManifest(string File, string Weight, string? Bias, HeadActivation Activation)
{
    internal static readonly Words<HeadActivation> Activations =
        new(("none", HeadActivation.None), ("softmax", HeadActivation.Softmax), ("sigmoid", HeadActivation.Sigmoid));

    internal static HeadManifest Read(JsonSection section)
    {
        var head = new HeadManifest(
            section.Name("file"),
            section.Text("weight", ManifestLimits.TensorNameLength),
            section.Has("bias") ? section.Text("bias", ManifestLimits.TensorNameLength) : null,
            section.OneOf("activation", Activations));
        section.End();
        return head;
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("file", File);
        json.WriteString("weight", Weight);
        if (Bias is not null)
            json.WriteString("bias", Bias);
        json.WriteString("activation", Activations.WordOf(Activation));
        json.WriteEndObject();
    }
}
