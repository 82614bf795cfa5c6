using EdgeRnn.Runtime.Models.Safetensors;

namespace EdgeRnn.Runtime.Models.Import;

/// <summary>
/// How a PyTorch module was made: a JSON file with the upstream repository, its version, the class and the constructor's arguments. Other
/// keys, such as training results, are ignored; an unknown constructor argument is an error, for it might change the result.
/// </summary>
/// <param name="Name">What the file calls the model; null where it does not say.</param>
/// <param name="InputSize">Values per frame.</param>
/// <param name="FrameRate">Frames per second; null where it does not say.</param>
/// <param name="Classes">What the outputs stand for; empty where it does not say.</param>
/// <param name="Layers">The recurrent layers.</param>
internal sealed record UpstreamConfig(string? Name, int InputSize, double? FrameRate, IReadOnlyList<string> Classes, LayersManifest Layers)
{
    private const int MaxTextLength = 200;

    /// <param name="path">The configuration.</param>
    /// <param name="weightsFile">What the tensor file will be called in the package.</param>
    /// <exception cref="ModelException">The file cannot be read or describes a module that cannot be imported.</exception>
    public static UpstreamConfig Load(string path, string weightsFile)
    {
        using var source = ByteSource.OpenFile(path);
        return JsonSection.Parse(path, source.ReadAll(ManifestLimits.FileBytes), root => Read(root, weightsFile));
    }

    private static UpstreamConfig Read(JsonSection root, string weightsFile)
    {
        var upstream = root.Section("upstream");
        var family = root.Text("family", MaxTextLength, upstream.Has("repo") ? FamilyOf(upstream) : null);
        if (family is "lstm" or "gru" or "qrnn")
            throw root.Error("family", SruLayers.FamilyName, $"{family}, which this version does not support yet");
        if (family != SruLayers.FamilyName)
            throw root.Error("family", SruLayers.FamilyName, $"\"{family}\"");

        var version = SruVersion.Read(root, upstream);
        var (inputSize, layers) = SruConstructor.Read(root.Section("constructor"), version, weightsFile);
        return new UpstreamConfig(
            root.Has("name") ? root.Name("name") : null,
            inputSize,
            root.PositiveNumber("frame_rate"),
            root.Texts("classes", ManifestLimits.Width, ManifestLimits.LabelLength),
            layers);
    }

    private static string FamilyOf(JsonSection upstream) => upstream.Text("repo", MaxTextLength) switch
    {
        "asappresearch/sru" or "taolei87/sru" => "sru",
        "salesforce/pytorch-qrnn" => "qrnn",
        var repo => throw upstream.Error("repo", "asappresearch/sru, or family beside upstream", $"\"{repo}\""),
    };
}
