using System.Diagnostics.CodeAnalysis;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Running;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>The outcome of loading a package.</summary>
/// <param name="Name">The model's name; if loading failed, the package's folder.</param>
/// <param name="IsLoaded">Whether the model can be served.</param>
internal readonly record struct PackageLoad(string Name, bool IsLoaded);

/// <summary>The models that can be served, by name.</summary>
internal sealed class ModelRepository : IDisposable
{
    private const int MaxPathLength = 300;
    private readonly SortedDictionary<string, RecurrentModel> _models = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private ModelException? _firstFailure;

    private ModelRepository()
    {
    }

    /// <summary>Sorted by name; at least one.</summary>
    public IReadOnlyCollection<RecurrentModel> Models => _models.Values;

    /// <summary>The folders of the packages that could not be loaded.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>
    /// Loads every package in a folder: the folder itself if it is a package, otherwise each of its sub-folders that is one. A package that
    /// cannot be used is logged, and the others are served. If the folder is null or empty text, loads the embedded model.
    /// </summary>
    /// <param name="loaded">Called for each package, whether it was loaded or could not be.</param>
    /// <param name="embeddedIfEmpty">Whether the embedded model stands in for a folder that is absent or empty.</param>
    /// <exception cref="ModelException">The folder is absent or contains no package, or none of its packages can be used.</exception>
    public static ModelRepository Load(
        string? directory, KernelSet kernels, ILogger? logger = null, Action<PackageLoad>? loaded = null, bool embeddedIfEmpty = false)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        if (string.IsNullOrEmpty(directory))
            return LoadEmbedded(kernels, logger, loaded);
        if (PackageFolders.IsEmpty(directory) is { } emptiness)
        {
            if (!embeddedIfEmpty)
                throw new ModelException($"{directory}: expected a folder of model packages, found {emptiness}");
            if (logger is not null)
                ModelLog.ServingEmbedded(logger, ForeignText.Show(directory, MaxPathLength), emptiness);
            return LoadEmbedded(kernels, logger, loaded);
        }

        var repository = new ModelRepository();
        try
        {
            foreach (string package in PackageFolders.Find(directory))
                repository.TryAdd(package, kernels, logger, loaded);
            repository.RefuseIfNone(directory);
            return repository;
        }
        catch
        {
            repository.Dispose();
            throw;
        }
    }

    public bool TryGet(string name, [MaybeNullWhen(false)] out RecurrentModel model) => _models.TryGetValue(name, out model);

    public void Dispose()
    {
        foreach (RecurrentModel model in _models.Values)
            model.Dispose();
    }

    private static ModelRepository LoadEmbedded(KernelSet kernels, ILogger? logger, Action<PackageLoad>? loaded)
    {
        var repository = new ModelRepository();
        RecurrentModel model = ModelLoader.LoadEmbedded(kernels, logger);
        repository._models.Add(model.Name, model);
        loaded?.Invoke(new PackageLoad(model.Name, IsLoaded: true));
        return repository;
    }

    private void TryAdd(string package, KernelSet kernels, ILogger? logger, Action<PackageLoad>? loaded)
    {
        string folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(package)));
        try
        {
            RecurrentModel model = ModelLoader.Load(package, kernels, logger);
            Add(model, package);
            loaded?.Invoke(new PackageLoad(model.Name, IsLoaded: true));
        }
        catch (ModelException failure)
        {
            _failures.Add(folder);
            _firstFailure ??= failure;
            loaded?.Invoke(new PackageLoad(folder, IsLoaded: false));
            if (logger is not null)
                ModelLog.NotLoaded(logger, ForeignText.Show(folder), failure.Message);
        }
    }

    private void RefuseIfNone(string directory)
    {
        if (_models.Count > 0 || _firstFailure is null)
            return;
        throw _failures.Count == 1
            ? new ModelException(_firstFailure.Message, _firstFailure)
            : new ModelException($"{directory}: none of its {_failures.Count} packages can be used; {_firstFailure.Message}", _firstFailure);
    }

    private void Add(RecurrentModel model, string package)
    {
        if (_models.TryAdd(model.Name, model))
            return;
        model.Dispose();
        throw new ModelException($"{package}: name: expected a name that no other package has, found \"{model.Name}\" again");
    }
}
