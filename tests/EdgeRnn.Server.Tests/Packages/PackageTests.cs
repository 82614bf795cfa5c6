using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace EdgeRnn.Server.Tests.Packages;

/// <summary>The NuGet packages, packed from the build that these tests run from.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly TimeSpan PackBound = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgernn-packages-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("EdgeRnn.Kernels", "net10.0")]
    [InlineData("EdgeRnn.Runtime", "net10.0")]
    [InlineData("EdgeRnn.Server", "net10.0")]
    [InlineData("EdgeRnn.Protocol", "net10.0", "net8.0")]
    [InlineData("EdgeRnn.Client", "net10.0", "net8.0")]
    public async Task Pack_Library_HasFrameworksReadmeLicenseAndSymbols(string project, params string[] frameworks)
    {
        await PackAsync(project);

        using ZipArchive package = Open($"{project}.*.nupkg");
        HashSet<string> entries = [.. package.Entries.Select(entry => entry.FullName)];
        IEnumerable<string> libraries = entries.Where(entry => entry.EndsWith(".dll", StringComparison.Ordinal));
        Assert.Equal(frameworks.Select(framework => $"lib/{framework}/{project}.dll").Order(), libraries.Order());
        Assert.All(frameworks, framework => Assert.Contains($"lib/{framework}/{project}.xml", entries));
        Assert.Contains("README.md", entries);
        Assert.DoesNotContain(entries, entry => entry.StartsWith("content", StringComparison.Ordinal));
        XElement metadata = await MetadataAsync(package);
        Assert.Equal(
            ("Apache-2.0", "README.md", "git"),
            (Value(metadata, "license"), Value(metadata, "readme"), (string?)Element(metadata, "repository")?.Attribute("type")));
        Assert.NotEmpty(Value(metadata, "description"));
        Assert.NotEmpty(Value(metadata, "tags"));

        using ZipArchive symbols = Open($"{project}.*.snupkg");
        Assert.All(frameworks, framework => Assert.NotNull(symbols.GetEntry($"lib/{framework}/{project}.pdb")));
    }

    private static XElement? Element(XElement metadata, string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name);

    private static string Value(XElement metadata, string name) => Element(metadata, name)?.Value ?? "";

    private static async Task<XElement> MetadataAsync(ZipArchive package)
    {
        await using Stream nuspec = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return (await XDocument.LoadAsync(nuspec, LoadOptions.None, CancellationToken.None)).Root!.Elements().First();
    }

    private ZipArchive Open(string pattern) => ZipFile.OpenRead(Assert.Single(_folder.GetFiles(pattern)).FullName);

    private async Task PackAsync(string project)
    {
        // …/bin/Debug/net10.0/
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string path = Path.Combine(Repository.Root, "src", project);
        using Process process = Process.Start(new ProcessStartInfo(
            "dotnet", ["pack", path, "--no-build", "-c", configuration, "-o", _folder.FullName, "-v", "q", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
        })!;
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(PackBound);
        await process.WaitForExitAsync().WaitAsync(PackBound);
        Assert.True(process.ExitCode == 0, output);
    }
}
