using EdgeRnn.Kernels.Weights;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Families;

/// <summary>
/// The registry of cell families. To add one, derive a class from <see cref="LayersManifest"/> and add a row here; packages can then use
/// it, and it can be imported.
/// </summary>
internal static class LayerFamilies
{
    public static Words<LayerFamily> All { get; } = new(
        (SruManifest.FamilyName, new(SruManifest.Read)),
        (QrnnManifest.FamilyName, new(QrnnManifest.Read)),
        (MinGruManifest.FamilyName, new(MinGruManifest.Read)),
        (MinLstmManifest.FamilyName, new(MinLstmManifest.Read)),
        (GilrManifest.FamilyName, new(GilrManifest.Read)),
        (LstmManifest.FamilyName, new(LstmManifest.Read)),
        (GruManifest.FamilyName, new(GruManifest.Read)));

    /// <summary>Reads the manifest's section of layers.</summary>
    public static LayersManifest Read(JsonSection section)
    {
        var basics = new LayerBasics(
            section.Name("file"),
            section.Text("prefix", ManifestLimits.TensorNameLength, ""),
            section.Integer("count", 1, ManifestLimits.Layers),
            section.Integer("hidden_size", 1, ManifestLimits.Width),
            section.OneOf("precision", LayersManifest.Precisions, WeightPrecision.Fp32));
        LayersManifest layers = section.OneOf("family", All).Read(section, basics);
        section.End();
        return layers;
    }
}

/// <param name="Read">Reads the options of the family, from a manifest's section of layers or from the constructor of an import.</param>
internal readonly record struct LayerFamily(Func<JsonSection, LayerBasics, LayersManifest> Read);
