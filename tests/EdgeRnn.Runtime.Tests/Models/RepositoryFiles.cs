namespace EdgeRnn.Runtime.Tests.Models;

/// <summary>Files beside the tests.</summary>
internal static class RepositoryFiles
{
    /// <summary>The reference vectors in the repository.</summary>
    public static string Vectors { get; } = Find("tests/vectors/README.md")
        ?? throw new InvalidOperationException($"expected tests/vectors above {AppContext.BaseDirectory}");

    /// <summary>The folder of a file that lies in one of the folders above the tests.</summary>
    private static string? Find(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, file)))
                return Path.Combine(folder.FullName, Path.GetDirectoryName(file)!);
        }
        return null;
    }
}
