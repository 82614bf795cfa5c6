using EdgeRnn.Cli;
using EdgeRnn.Cli.Output;

namespace EdgeRnn.Server.Tests.Cli.Output;

public sealed class OutputFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgernn-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Create_OfALinkToTheInput_FailsAndKeepsTheInput()
    {
        string input = Path.Combine(_folder.FullName, "frames.csv"), link = Path.Combine(_folder.FullName, "results.csv");
        File.WriteAllText(input, "1,2,3\n");
        File.CreateSymbolicLink(link, input);
        using (var reader = new StreamReader(input))
        {
            string message = Assert.Throws<CliException>(() => OutputFile.Create(link)).Message;
            Assert.Contains("is not open, as the input is", message, StringComparison.Ordinal);
        }

        Assert.Equal("1,2,3\n", File.ReadAllText(input));
    }

    [Fact]
    public void Create_InAMissingFolder_NamesThePath()
    {
        string path = Path.Combine(_folder.FullName, "absent", "results.csv");
        string message = Assert.Throws<CliException>(() => OutputFile.Create(path)).Message;
        Assert.StartsWith($"{path}: expected a writable file", message, StringComparison.Ordinal);
    }
}
