using System.Text.Json;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>The frames that a model takes.</summary>
/// <param name="Size">Values per frame.</param>
/// <param name="Rate">Frames per second that the model was made for; null where unknown.</param>
/// <param name="NonFinite">What happens to a frame that holds NaN or an infinity.</param>
/// <param name="Normalization">How values are normalized before the first layer; null: they are taken as they are.</param>
internal sealed record InputManifest(int Size, double? Rate, NonFinitePolicy NonFinite, NormalizationManifest? Normalization)
{
    private static readonly Words<NonFinitePolicy> Policies = new(("reject", NonFinitePolicy.Reject), ("pass", NonFinitePolicy.Pass));

    internal static InputManifest Read(JsonSection section)
    {
        var input = new InputManifest(
            section.Integer("size", 1, ManifestLimits.Width),
            section.PositiveNumber("rate"),
            section.OneOf("non_finite", Policies, NonFinitePolicy.Reject),
            Normalizations(section) is { } normalization ? NormalizationManifest.Read(normalization) : null);
        section.End();
        return input;
    }

    /// <summary>Packages made before version 0.2 spell the key with an s. A manifest with both has a key that nothing reads: an error.</summary>
    private static JsonSection? Normalizations(JsonSection input) =>
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

/// <summary>Where the tensors of (x - mean) / deviation are; both have one element per value of a frame.</summary>
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
