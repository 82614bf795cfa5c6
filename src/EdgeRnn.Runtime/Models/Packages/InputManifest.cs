using System.Text.Json;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>The frames of a model.</summary>
/// <param name="Size">Values per frame.</param>
/// <param name="Rate">Frames per second that the model was trained for; null if unknown.</param>
/// <param name="NonFinite">What a frame with a NaN or an infinity leads to.</param>
/// <param name="Normalization">How values are normalized before the first layer; null if they are not.</param>
internal sealed record InputManifest(int Size, double? Rate, NonFinitePolicy NonFinite, NormalizationManifest? Normalization)
{
    private static readonly Words<NonFinitePolicy> Policies = new(("reject", NonFinitePolicy.Reject), ("pass", NonFinitePolicy.Pass), ("hold", NonFinitePolicy.Hold));

    internal static InputManifest Read(JsonSection section)
    {
        var input = new InputManifest(
            section.Integer("size", 1, ManifestLimits.Width),
            section.PositiveNumber("rate"),
            section.OneOf("non_finite", Policies, NonFinitePolicy.Reject),
            NormalizationOf(section) is { } normalization ? NormalizationManifest.Read(normalization) : null);
        section.End();
        return input;
    }

    /// <summary>Packages written before version 0.2 spell the key with an s. If there are both keys, the old one is refused as unknown.</summary>
    private static JsonSection? NormalizationOf(JsonSection input) =>
        input.OptionalSection("normalization") ?? input.OptionalSection("normalisation");

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("size", Size);
        if (Rate is { } rate)
            json.WriteNumber("rate", rate);
        json.WriteString("non_finite", Policies.WordOf(NonFinite));
        if (Normalization is not null)
        {
            json.WritePropertyName("normalization");
            Normalization.Write(json);
        }

        json.WriteEndObject();
    }
}

/// <summary>The tensors of (x - mean) / deviation; both have one element per value of a frame.</summary>
internal sealed record NormalizationManifest(string File, string Mean, string Deviation)
{
    internal static NormalizationManifest Read(JsonSection section)
    {
        var normalization = new NormalizationManifest(
            section.Name("file"),
            section.Text("mean", ManifestLimits.TensorNameLength),
            section.Text("deviation", ManifestLimits.TensorNameLength));
        section.End();
        return normalization;
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("file", File);
        json.WriteString("mean", Mean);
        json.WriteString("deviation", Deviation);
        json.WriteEndObject();
    }
}
