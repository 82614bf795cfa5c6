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
    private readonly SortedDictionary<string, RecurrentModel> _models = new(StringComparer.Ordinal);

    private ModelRepository()
    {
    }

    /// <summary>Sorted by name; at least one.</summary>
    public IReadOnlyCollection<RecurrentModel> Models => _models.Values;

    /// <summary>
    /// Loads every package in a folder: the folder itself if it contains a model.json, otherwise each of its sub-folders that does. If the
    /// folder is null, absent or empty, loads the embedded model.
    /// </summary>
    /// <param name="loaded">Called for each package that was loaded, and for the one that could not be.</param>
    /// <exception cref="ModelException">
    /// A package cannot be used, two packages have the same name, or a folder that is not empty contains none.
    /// </exception>
    public static ModelRepository Load(
        string? directory, KernelSet kernels, ILogger? logger = null, Action<PackageLoad>? loaded = null)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        var repository = new ModelRepository();
        try
        {
            List<string> packages = FindPackages(directory);
            if (packages.Count == 0)
            {
                if (logger is not null && !string.IsNullOrEmpty(directory))
                    ModelLog.ServingEmbedded(logger, directory);
                repository.Add("the embedded model", () => ModelLoader.LoadEmbedded(kernels, logger), loaded);
            }

            foreach (string package in packages)
                repository.Add(package, () => ModelLoader.Load(package, kernels, logger), loaded);
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

    private void Add(string package, Func<RecurrentModel> load, Action<PackageLoad>? loaded)
    {
        try
        {
            RecurrentModel model = load();
            Add(model, package);
            loaded?.Invoke(new PackageLoad(model.Name, IsLoaded: true));
        }
        catch
        {
            loaded?.Invoke(new PackageLoad(Path.GetFileName(Path.TrimEndingDirectorySeparator(package)), IsLoaded: false));
            throw;
        }
    }

    private void Add(RecurrentModel model, string package)
    {
        if (_models.TryAdd(model.Name, model))
            return;
        model.Dispose();
        throw new ModelException($"{package}: name: expected a name that no other package has, found \"{model.Name}\" again");
    }

    private static List<string> FindPackages(string? directory)
    {
        if (string.IsNullOrEmpty(directory))
            return [];
        try
        {
            if (File.Exists(directory))
                throw new ModelException($"{directory}: expected a folder of model packages, found a file");
            if (!Directory.Exists(directory) || !Directory.EnumerateFileSystemEntries(directory).Any())
                return [];
            if (IsPackage(directory))
                return [directory];
            var packages = Directory.EnumerateDirectories(directory)
                .Where(folder => IsVisible(folder) && IsPackage(folder)).Order(StringComparer.Ordinal).ToList();
            return packages.Count > 0 ? packages : throw new ModelException(
                $"{directory}: expected {ModelManifest.FileName} in it or in a folder in it, found neither");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{directory}: expected a readable folder, found: {e.Message}", e);
        }
    }

    /// <summary>A leading dot marks a package that is still being written, or a folder of version control.</summary>
    private static bool IsVisible(string directory) => !Path.GetFileName(directory).StartsWith('.');

    private static bool IsPackage(string directory) => File.Exists(Path.Combine(directory, ModelManifest.FileName));
}
