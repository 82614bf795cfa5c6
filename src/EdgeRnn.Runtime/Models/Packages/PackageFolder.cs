namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>Writes a package so that it appears complete or not at all.</summary>
internal static class PackageFolder
{
    /// <summary>Writes a package beside its final folder and renames it when it is complete.</summary>
    /// <param name="outputDirectory">The package's folder: absent or empty, or a package if <paramref name="replace"/> is true.</param>
    /// <param name="replace">Whether the package takes the place of one that is there.</param>
    /// <param name="make">
    /// Gets the folder's full path, prepares the files or throws, and returns the action that writes them into a folder.
    /// </param>
    /// <exception cref="ModelException">The folder is taken or cannot be written; nothing is left behind.</exception>
    public static void Create(string outputDirectory, bool replace, Func<string, Action<string>> make)
    {
        string directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(outputDirectory));
        try
        {
            bool isTaken = File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any());
            bool isPackage = File.Exists(Path.Combine(directory, ModelManifest.FileName));
            if (isTaken && !(replace && isPackage))
            {
                string hint = isPackage ? " by a package: --force replaces it" : "";
                throw new ModelException($"{outputDirectory}: expected a folder that is absent or empty, found it taken{hint}");
            }

            Write(make(directory), directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{outputDirectory}: expected files that can be copied there, found: {e.Message}", e);
        }
    }

    private static void Write(Action<string> write, string directory)
    {
        string parent = Path.GetDirectoryName(directory)
            ?? throw new ModelException($"{directory}: expected a folder inside another, found the root");
        Directory.CreateDirectory(parent);
        string unfinished = Path.Combine(parent, $".unfinished-{Guid.NewGuid():N}");
        string replaced = Path.Combine(parent, $".replaced-{Guid.NewGuid():N}");
        Directory.CreateDirectory(unfinished);
        try
        {
            write(unfinished);
            if (Directory.Exists(directory))
            {
                // Moved aside first, so that a package is at its place but for a moment, and is not lost if the disk fails.
                Directory.Move(directory, replaced);
                Directory.Move(unfinished, directory);
                Directory.Delete(replaced, recursive: true);
            }
            else
            {
                Directory.Move(unfinished, directory);
            }
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }
}
