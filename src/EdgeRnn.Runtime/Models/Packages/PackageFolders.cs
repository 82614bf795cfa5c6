namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>Finds the packages of a folder.</summary>
internal static class PackageFolders
{
    /// <returns>"none" or "an empty folder"; null if there is something.</returns>
    /// <exception cref="ModelException">It is a file, or cannot be read.</exception>
    public static string? IsEmpty(string directory) => Read(directory, () =>
    {
        if (File.Exists(directory))
            throw new ModelException($"{directory}: expected a folder of model packages, found a file");
        return !Directory.Exists(directory) ? "none" : Directory.EnumerateFileSystemEntries(directory).Any() ? null : "an empty folder";
    });

    /// <summary>The folder itself if it is a package, otherwise each of its folders that is one, by name.</summary>
    /// <exception cref="ModelException">There is none, or a folder cannot be read.</exception>
    public static IReadOnlyList<string> Find(string directory) => Read<IReadOnlyList<string>>(directory, () =>
    {
        if (HasManifest(directory))
            return [directory];
        List<string> packages =
            [.. Directory.EnumerateDirectories(directory).Where(folder => IsVisible(folder) && IsPackage(folder)).Order(StringComparer.Ordinal)];
        return packages.Count > 0 ? packages : throw new ModelException(
            $"{directory}: expected {ModelManifest.FileName} in it or in a folder in it, found neither");
    });

    /// <summary>A leading dot marks a package that is still being written, or a folder of version control.</summary>
    private static bool IsVisible(string directory) => !Path.GetFileName(directory).StartsWith('.');

    /// <summary>Tensors without a manifest are a package that is not complete.</summary>
    private static bool IsPackage(string directory) =>
        HasManifest(directory) || Directory.EnumerateFiles(directory, "*.safetensors").Any();

    private static bool HasManifest(string directory) => File.Exists(Path.Combine(directory, ModelManifest.FileName));

    private static T Read<T>(string directory, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{directory}: expected a readable folder, found: {e.Message}", e);
        }
    }
}
