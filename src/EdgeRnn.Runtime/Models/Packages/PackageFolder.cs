namespace EdgeRnn.Runtime.Models.Packages;

/// <summary>Writes a package so that it appears complete or not at all.</summary>
internal static class PackageFolder
{
    /// <summary>Writes a package beside its final folder and renames it when it is complete.</summary>
    /// <param name="outputDirectory">The package's folder: absent or empty.</param>
    /// <param name="make">
    /// Gets the folder's full path, prepares the files or throws, and returns the action that writes them into a folder.
    /// </param>
    /// <exception cref="ModelException">The folder is taken or cannot be written; nothing is left behind.</exception>
    public static void Create(string outputDirectory, Func<string, Action<string>> make)
    {
        string directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(outputDirectory));
        try
        {
            if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
                throw new ModelException($"{outputDirectory}: expected a folder that is absent or empty, found it taken");
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
        Directory.CreateDirectory(unfinished);
        try
        {
            write(unfinished);
            if (Directory.Exists(directory))
                Directory.Delete(directory);
            Directory.Move(unfinished, directory);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }
}
