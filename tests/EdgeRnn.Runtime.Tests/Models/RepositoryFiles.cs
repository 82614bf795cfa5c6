namespace EdgeRnn.Runtime.Tests.Models;

/// <summary>Files beside the tests.</summary>
internal static class RepositoryFiles
{
    /// <summary>The reference vectors in the repository.</summary>
    public static string Vectors { get; } = Path.Combine(Repository.Root, "tests", "vectors");
}
