using System.CommandLine;
using EdgeRnn.Cli;
using EdgeRnn.Server.Tests.Cli;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>The man page of the Debian package is true to the program's own help.</summary>
public class ManPageTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Repository.Root, "deploy", "debian", "edgernn.1"));

    private static RootCommand Root => CommandLine.Create(new Terminal(TextReader.Null, TextWriter.Null, TextWriter.Null, false, false));

    [Fact]
    public void Commands_OfTheProgram_AreThoseOfThePage() =>
        Assert.Equal(Root.Subcommands.Select(command => (command.Name, command.Description)), Entries("COMMANDS"));

    [Fact]
    public async Task OptionsOfServe_InItsHelp_AreThoseOfThePage()
    {
        CliRun help = await CliRun.SucceedAsync("serve", "--help");
        IEnumerable<string> lines = help.Output.Split('\n').SkipWhile(line => line != "Options:").Skip(1).TakeWhile(line => line.Length > 0);

        Assert.Equal(
            lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
            Entries("OPTIONS OF SERVE", whole: true).Select(entry => $"{entry.Name} {entry.Text}"));
    }

    /// <summary>The entries of a section's list: a name, and the text below it.</summary>
    /// <param name="whole">Whether a name may have several words.</param>
    private static IEnumerable<(string Name, string? Text)> Entries(string section, bool whole = false)
    {
        string[] lines = [.. Page.SkipWhile(line => line != $".SH {section}").Skip(1).TakeWhile(line => !line.StartsWith(".SH", StringComparison.Ordinal))];
        Assert.NotEmpty(lines);
        for (int i = 0; i < lines.Length; i += 3)
        {
            Assert.Equal(".TP", lines[i]);
            string name = lines[i + 1][".B ".Length..].Replace("\\-", "-", StringComparison.Ordinal);
            yield return (whole ? name : name.Split(' ')[0], lines[i + 2].Replace("\\-", "-", StringComparison.Ordinal));
        }
    }
}
