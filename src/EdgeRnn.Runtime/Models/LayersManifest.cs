using System.Text.Json;

namespace EdgeRnn.Runtime.Models;

/// <summary>A model's recurrent layers as the manifest describes them: what all families share. Each family derives its own.</summary>
/// <param name="Family">The cell: "sru", …</param>
/// <param name="File">The tensor file in the package.</param>
/// <param name="Prefix">What stands before every tensor name, as where the layers are part of a module: "encoder."; may be empty.</param>
/// <param name="Count">Layers.</param>
/// <param name="HiddenSize">Units per layer.</param>
public abstract record LayersManifest(string Family, string File, string Prefix, int Count, int HiddenSize)
{
    /// <summary>Reads the tensors and makes the layers, first to last.</summary>
    /// <param name="inputSize">Values per frame.</param>
    /// <param name="tensors">The tensors under <see cref="Prefix"/>.</param>
    /// <exception cref="ModelException">The tensors do not fit the manifest.</exception>
    internal abstract IReadOnlyList<LayerDefinition> Build(int inputSize, TensorReader tensors);

    /// <summary>Writes the keys that only this family has.</summary>
    private protected abstract void WriteOptions(Utf8JsonWriter json);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("family", Family);
        json.WriteString("file", File);
        if (Prefix.Length > 0)
            json.WriteString("prefix", Prefix);
        json.WriteNumber("count", Count);
        json.WriteNumber("hidden_size", HiddenSize);
        WriteOptions(json);
        json.WriteEndObject();
    }
}

/// <summary>The registry of cell families. A new one is a class derived from <see cref="LayersManifest"/> and one row here.</summary>
internal static class LayerFamilies
{
    private static readonly Words<Family> Families = new((SruLayers.FamilyName, new Family(SruLayers.Read)));

    public static LayersManifest Read(JsonSection section)
    {
        var layers = section.OneOf("family", Families).Read(section);
        section.End();
        return layers;
    }

    /// <param name="Read">Reads the family's object in the manifest.</param>
    private readonly record struct Family(Func<JsonSection, LayersManifest> Read);
}
