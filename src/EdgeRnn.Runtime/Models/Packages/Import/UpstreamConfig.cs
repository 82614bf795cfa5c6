using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>
/// The configuration of an import: a JSON file with the upstream repository, its version and class, or the family, and the constructor's
/// arguments. Other keys, such as training results, are listed in <see cref="Others"/>, unless they are nearly a known key: that is an error. An
/// unknown argument is an error, because it might change the result.
/// </summary>
/// <param name="Name">The name of the model; null if absent.</param>
/// <param name="InputSize">Values per frame.</param>
/// <param name="FrameRate">Frames per second; null if absent.</param>
/// <param name="Classes">The labels of the outputs; empty if absent.</param>
/// <param name="Layers">The recurrent layers.</param>
/// <param name="Version">The version of the model.</param>
/// <param name="Prefix">Begins the names of the module's tensors; null if absent.</param>
/// <param name="Others">The keys that say nothing about the model's function.</param>
internal sealed record UpstreamConfig(
    string? Name, int InputSize, double? FrameRate, IReadOnlyList<string> Classes, LayersManifest Layers, string Version, string? Prefix,
    IReadOnlyList<string> Others)
{
    private const int MaxTextLength = 200;

    /// <summary>
    /// The families whose constructors have a reader of their own. The constructor of any other family takes input_size, hidden_size,
    /// num_layers and the options of the manifest.
    /// </summary>
    private static readonly Dictionary<string, Func<UpstreamModule, LayersManifest>> Constructors = new(StringComparer.Ordinal)
    {
        [SruManifest.FamilyName] = SruConstructor.Read,
        [QrnnManifest.FamilyName] = QrnnConstructor.Read,
        [LstmManifest.FamilyName] = TorchConstructor.ReadLstm,
        [GruManifest.FamilyName] = TorchConstructor.ReadGru,
    };

    /// <param name="path">The configuration file.</param>
    /// <param name="weightsFile">The name of the tensor file in the package.</param>
    /// <exception cref="ModelException">The file cannot be read, or the module cannot be imported.</exception>
    public static UpstreamConfig Load(string path, string weightsFile)
    {
        using var source = ByteSource.OpenFile(path);
        return JsonSection.Parse(path, source.ReadAll(ManifestLimits.FileBytes), root => Read(root, weightsFile));
    }

    private static UpstreamConfig Read(JsonSection root, string weightsFile)
    {
        LayerFamily family = root.OneOf("family", LayerFamilies.All, FamilyOf(root));
        var module = new UpstreamModule(root, root.Section("constructor"), weightsFile);
        bool isLucidrains = RepositoryOf(root) == MinGruConstructor.Repository;
        LayersManifest layers = isLucidrains
            ? MinGruConstructor.Read(module)
            : Constructors.TryGetValue(LayerFamilies.All.WordOf(family), out Func<UpstreamModule, LayersManifest>? read)
            ? read(module)
            : family.Read(module.Arguments, module.Basics());
        int inputSize = isLucidrains ? layers.HiddenSize : module.InputSize;
        module.Arguments.End();
        string? prefix = root.Has("prefix") ? root.Text("prefix", ManifestLimits.TensorNameLength) : null;
        return new UpstreamConfig(
            root.Has("name") ? root.Name("name") : null,
            inputSize,
            root.PositiveNumber("frame_rate"),
            root.Texts("classes", ManifestLimits.Width, ManifestLimits.LabelLength),
            layers,
            root.Text("version", ManifestLimits.NameLength, "1"),
            prefix,
            ReadOthers(root));
    }

    private static List<string> ReadOthers(JsonSection root)
    {
        root.Ignore("upstream", "upstream_class", "family", "constructor");
        List<string> others = [.. root.EndWithOthers()];
        if (root.OptionalSection("upstream") is { } upstream)
        {
            upstream.Ignore("repo", "tag", "commit");
            others.AddRange(upstream.EndWithOthers().Select(key => $"upstream.{key}"));
        }

        return others;
    }

    private static string RepositoryOf(JsonSection root) =>
        root.OptionalSection("upstream") is { } upstream ? upstream.Text("repo", MaxTextLength, "") : "";

    /// <summary>The family of the upstream repository; null if none is named.</summary>
    private static LayerFamily? FamilyOf(JsonSection root)
    {
        if (root.Has("family") || root.OptionalSection("upstream") is not { } upstream || !upstream.Has("repo"))
            return null;
        string name = (upstream.Text("repo", MaxTextLength), root.Text("upstream_class", MaxTextLength, "")) switch
        {
            ("asappresearch/sru" or "taolei87/sru", _) => SruManifest.FamilyName,
            ("salesforce/pytorch-qrnn", _) => QrnnManifest.FamilyName,
            (MinGruConstructor.Repository, MinGruConstructor.MinGruClass or "") => MinGruManifest.FamilyName,
            (MinGruConstructor.Repository, MinGruConstructor.MinLstmClass) => MinLstmManifest.FamilyName,
            (MinGruConstructor.Repository, var found) => throw root.Error("upstream_class", "minGRU or minLSTM", $"\"{found}\""),
            ("pytorch/pytorch", "torch.nn.LSTM") => LstmManifest.FamilyName,
            ("pytorch/pytorch", "torch.nn.GRU") => GruManifest.FamilyName,
            ("pytorch/pytorch", var found) => throw root.Error("upstream_class", "torch.nn.LSTM or torch.nn.GRU", $"\"{found}\""),
            var (found, _) => throw upstream.Error(
                "repo", "asappresearch/sru, salesforce/pytorch-qrnn, pytorch/pytorch or lucidrains/minGRU-pytorch, or family beside upstream", $"\"{found}\""),
        };
        return LayerFamilies.All.TryParse(name, out LayerFamily family) ? family : null;
    }
}
