using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>The files of an import, and where in them the module and its head lie.</summary>
internal sealed class ImportFiles
{
    private readonly LayersManifest _layers;
    private readonly ModuleLocation _module;
    private readonly string? _headPrefix;
    private readonly bool _isShared;

    /// <exception cref="ModelException">The weights cannot be read, or hold several such modules.</exception>
    public ImportFiles(UpstreamConfig config, string weightsPath, string? headPath, ImportOptions options)
    {
        _layers = config.Layers;
        _headPrefix = options.HeadPrefix;
        _isShared = headPath is not null && Path.GetFullPath(headPath) == Path.GetFullPath(weightsPath);
        using (var weights = SafetensorsFile.Open(StateDictFile.Open(weightsPath)))
            _module = ModuleLocation.Find(weights, _layers, options.Prefix ?? config.Prefix);
        var sources = new Dictionary<string, Func<ByteSource>> { [ModelImporter.WeightsFile] = () => OpenWeights(weightsPath) };
        if (headPath is not null)
            sources.Add(ModelImporter.HeadFile, () => OpenHead(headPath));
        Sources = sources;
    }

    /// <summary>Begins the names of the layers' tensors.</summary>
    public string Prefix => _module.Prefix;

    /// <summary>How each tensor file of the package is opened.</summary>
    public IReadOnlyDictionary<string, Func<ByteSource>> Sources { get; }

    public ByteSource OpenHead(string path) => _isShared ? OpenWeights(path) : StateDictFile.Open(path);

    /// <exception cref="ModelException">Several layers may be the head.</exception>
    public HeadLocation FindHead(SafetensorsFile file) =>
        HeadLocation.Find(file, _layers.HiddenSize, _headPrefix, name => _isShared && _module.Owns(name, _layers));

    /// <summary>A sentence about what the tensors probably are; may be empty.</summary>
    public string HeadHint(IReadOnlyList<TensorInfo> unused) =>
        unused.Any(tensor => tensor.Shape is [_, var columns] && columns == _layers.HiddenSize) && !_isShared
            ? "; if they are the output layer, name the same file as --head too"
            : "";

    private ByteSource OpenWeights(string path)
    {
        ByteSource source = StateDictFile.Open(path);
        if (!_module.IsRenamed)
            return source;
        using var file = SafetensorsFile.Open(source);
        return StateDictFile.Renamed(file, _module.Rename);
    }
}
