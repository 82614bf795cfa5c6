using System.Text;
using System.Text.Json;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>
/// The file model.json of a package: the model's name, its input and output, and what the tensor files cannot tell about the layers.
/// docs/models.md is its reference. Unknown keys are errors.
/// </summary>
/// <param name="Name">The name under which the model is served.</param>
/// <param name="Version">Free to choose; reported with the name.</param>
/// <param name="Input">The frames.</param>
/// <param name="Layers">The recurrent layers.</param>
/// <param name="Head">The output layer; if null, the outputs are those of the last recurrent layer.</param>
/// <param name="Labels">The meaning of output 0, 1, …; empty, or one label per output.</param>
/// <param name="Meaning">The meaning of all outputs, in words; may be empty.</param>
internal sealed record ModelManifest(
    string Name, string Version, InputManifest Input, LayersManifest Layers, HeadManifest? Head,
    IReadOnlyList<string> Labels, string Meaning)
{
    /// <summary>The manifest's file name in every package.</summary>
    public const string FileName = "model.json";

    /// <summary>The version of the format that this code reads and writes.</summary>
    public const int Format = 1;

    /// <summary>Reads a manifest.</summary>
    /// <param name="file">The file's name in error messages.</param>
    /// <param name="json">The file's bytes, UTF-8.</param>
    /// <exception cref="ModelException">The manifest breaks a rule; the message names file, key, expected and found.</exception>
    public static ModelManifest Parse(string file, ReadOnlyMemory<byte> json) => JsonSection.Parse(file, json, Read);

    /// <summary>The bytes of the file. <see cref="Parse"/> reads an equal manifest from them.</summary>
    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("name", Name);
            json.WriteString("version", Version);
            json.WritePropertyName("input");
            Input.Write(json);
            json.WritePropertyName("layers");
            Layers.Write(json);
            if (Head is not null)
            {
                json.WritePropertyName("head");
                Head.Write(json);
            }

            json.WriteStartObject("output");
            if (Meaning.Length > 0)
                json.WriteString("meaning", Meaning);
            json.WriteStartArray("labels");
            foreach (string label in Labels)
                json.WriteStringValue(label);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write(Encoding.ASCII.GetBytes("\n"));
        return buffer.ToArray();
    }

    private static ModelManifest Read(JsonSection root)
    {
        root.Integer("format", Format, Format);
        JsonSection? output = root.OptionalSection("output");
        var manifest = new ModelManifest(
            root.Name("name"),
            root.Text("version", ManifestLimits.NameLength),
            InputManifest.Read(root.Section("input")),
            LayerFamilies.Read(root.Section("layers")),
            root.OptionalSection("head") is { } head ? HeadManifest.Read(head) : null,
            output?.Texts("labels", ManifestLimits.Width, ManifestLimits.LabelLength) ?? [],
            output?.Text("meaning", ManifestLimits.TextLength, "") ?? "");
        output?.End();
        root.End();
        return manifest;
    }
}
