using System.CommandLine;
using System.Text.RegularExpressions;
using EdgeRnn.Cli;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>The commands that documents tell the reader to type exist, with these options.</summary>
public sealed partial class CommandTests
{
    private const string Program = "edgernn ";
    private const string CliProject = "src/EdgeRnn.Cli";

    private readonly RootCommand _root = CommandLine.Create(Terminal.OfProcess());

    [Fact]
    public void Commands_OnLinesOfTheirOwn_Parse()
    {
        (Document Document, string Line)[] commands = [.. Document.All
            .SelectMany(document => document.Lines.Select(line => (Document: document, Line: line.Trim())))
            .Where(command => command.Line.StartsWith(Program, StringComparison.Ordinal))];

        Assert.NotEmpty(commands);
        Assert.All(commands, command => AssertParses(command.Document, command.Line[Program.Length..]));
    }

    /// <summary>A command in the middle of a sentence may leave arguments out, so only its name and options are checked.</summary>
    [Fact]
    public void Commands_InSentences_NameCommandsAndOptionsThatExist()
    {
        foreach (Document document in Document.All)
        {
            foreach (string span in document.CodeSpans.Where(span => span.StartsWith(Program, StringComparison.Ordinal)))
            {
                string[] words = span.Split(' ');
                Command? command = words[1] == "COMMAND" || words[1].StartsWith('-')
                    ? _root
                    : _root.Subcommands.FirstOrDefault(command => command.Name == words[1]);
                Assert.True(command is not null, $"{document}: `{span}`: expected a command, found {words[1]}");
                string[] known = [.. command.Options.Concat(_root.Options).Select(option => option.Name)];
                Assert.All(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Contains(option, known));
            }
        }
    }

    [Fact]
    public void DotnetRun_Everywhere_NamesProjectsThatExistAndArgumentsThatParse()
    {
        foreach (Document document in Document.All)
        {
            foreach (Match run in document.CodeLines.Concat(document.CodeSpans).SelectMany(code => DotnetRun().Matches(code)))
            {
                string project = run.Groups["project"].Value;
                Assert.True(Directory.Exists(Path.Combine(Repository.Root, project)), $"{document}: no project {project}");
                if (project == CliProject && run.Groups["arguments"].Value is { Length: > 0 } arguments)
                    AssertParses(document, arguments);
            }
        }
    }

    [Fact]
    public void CommandTable_EveryCommandAndOption_IsListed()
    {
        IEnumerable<(string, string)> expected = _root.Subcommands
            .Select(command => (command.Name, Joined(command.Options.Select(option => option.Name))));
        IEnumerable<(string, string)> listed = Document.Open("docs/command-line.md").Table("command", "options")
            .Select(row => (Document.Unquote(row[0]), Joined(OptionName().Matches(row[1]).Select(match => match.Value))));

        Assert.Equal(expected.Order(), listed.Order());

        static string Joined(IEnumerable<string> options) => string.Join(' ', options.Where(option => option != "--help").Order());
    }

    private void AssertParses(Document document, string arguments)
    {
        IEnumerable<string> errors = _root.Parse(arguments).Errors.Select(error => error.Message);
        Assert.True(!errors.Any(), $"{document}: edgernn {arguments}: {string.Join("; ", errors)}");
    }

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex OptionName();

    [GeneratedRegex(@"dotnet run -c Release --project (?<project>\S+)(?: -- (?<arguments>.+))?")]
    private static partial Regex DotnetRun();
}
