using System.IO.Compression;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace EdgeRnn.Standins.Tests;

/// <summary>The packed stand-ins and their API lists, as they lie in the repository.</summary>
internal static class StandinFolder
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../eng/standins"));

    /// <summary>Every package of the feed.</summary>
    public static IReadOnlyList<string> Packages { get; } =
        [.. Directory.EnumerateDirectories(Root).Where(d => File.Exists(ApiListOf(d))).Select(d => Path.GetFileName(d)!).Order()];

    /// <summary>The API list of a package.</summary>
    public static IReadOnlyList<string> ReadApiList(string package) => File.ReadAllLines(ApiListOf(Path.Combine(Root, package)));

    /// <summary>The packed assembly, beside whatever assembly of that name the test process has loaded.</summary>
    public static Assembly LoadPacked(string package)
    {
        var file = Directory.EnumerateFiles(Path.Combine(Root, "feed"), $"{package}.*.nupkg").Single(f => VersionFollows(f, package));
        using var archive = ZipFile.OpenRead(file);
        using var entry = archive.GetEntry($"lib/net10.0/{package}.dll")!.Open();
        using var image = new MemoryStream();
        entry.CopyTo(image);
        image.Position = 0;
        return new AssemblyLoadContext($"packed {package}").LoadFromStream(image);
    }

    private static bool VersionFollows(string file, string package) => char.IsAsciiDigit(Path.GetFileName(file)[package.Length + 1]);

    private static string ApiListOf(string directory) => Path.Combine(directory, "PublicApi.txt");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
