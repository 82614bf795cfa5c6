using System.CommandLine;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EdgeRnn.Cli;
using EdgeRnn.Cli.Demo;

namespace EdgeRnn.Server.Tests.Cli;

public sealed class UsageTests
{
    private static RootCommand Root => CommandLine.Create(new Terminal(TextReader.Null, TextWriter.Null, TextWriter.Null, false, false));

    public static TheoryData<string> Commands => [.. Root.Subcommands.Select(command => command.Name)];

    [Fact]
    public Task Help_OfTheProgram_HasExamplesThatParse() => AssertExamplesAsync("--help");

    [Theory]
    [MemberData(nameof(Commands))]
    public Task Help_OfEveryCommand_HasExamplesThatParse(string command) => AssertExamplesAsync(command, "--help");

    [Fact]
    public async Task Version_OfTheProgram_IsThatOfTheBuild()
    {
        string version = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

        CliRun run = await CliRun.SucceedAsync("--version");

        Assert.Matches($@"^edgernn {Regex.Escape(version)}( \([0-9a-f]{{12}}\))?, kernels (v512|v256|v128|scalar)\n$", run.Output);
    }

    [Theory]
    [InlineData("1.2.3", "edgernn 1.2.3, kernels v256")]
    [InlineData("1.2.3-rc.1", "edgernn 1.2.3-rc.1, kernels v256")]
    [InlineData("1.2.3+0123456789abcdef", "edgernn 1.2.3 (0123456789ab), kernels v256")]
    [InlineData("1.2.3+0123", "edgernn 1.2.3 (0123), kernels v256")]
    public void VersionText_OfAnInformationalVersion_PutsTheCommitInParentheses(string version, string expected) =>
        Assert.Equal(expected, VersionText.Of(version, "v256"));

    [Fact]
    public async Task Program_WithoutArguments_ShowsTheHelpAndTheMistakeOnStderr()
    {
        CliRun help = await CliRun.SucceedAsync("--help");
        Assert.All(Root.Subcommands, command => Assert.Contains($"  {command.Name} ", help.Output, StringComparison.Ordinal));

        CliRun run = await CliRun.StartAsync();

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(help.Output, run.Error, StringComparison.Ordinal);
        Assert.Equal("Required command was not provided.", run.Error[help.Output.Length..].Trim());
    }

    [Fact]
    public void NextSteps_AfterTheDemo_AreValidCommands() =>
        Assert.All(NextSteps.Commands, step => Assert.Empty(Root.Parse(step.Arguments).Errors));

    [Theory]
    [InlineData("'--input' is required", "run", "--model", "x")]
    [InlineData("--block-steps: expected whole numbers from 1 to 4096, separated by commas, found '1,0'",
        "run", "--model", "x", "--input", "y", "--block-steps", "1,0")]
    [InlineData("--rate: expected a number from 1E-06 to 1000000, found '-3'", "stream", "--input", "x", "--rate", "-3")]
    [InlineData("--max-delay: expected a whole number from 1 to 60000, found '1.5'", "stream", "--input", "x", "--max-delay", "1.5")]
    [InlineData("--address: expected a URL such as http://127.0.0.1:8001, found 'nowhere'", "models", "--address", "nowhere")]
    [InlineData("'--streams' is required", "load", "--model", "x")]
    [InlineData("--budget: expected a whole number from 1 to 60000, found '0'", "load", "--model", "x", "--streams", "1", "--budget", "0")]
    [InlineData("'--frobnicate'", "models", "--frobnicate")]
    [InlineData("command", "frobnicate")]
    [InlineData("'quickly'", "import", "--config", "c", "--weights", "w", "--output", "o", "--head-activation", "quickly")]
    public async Task WrongUse_OfAnyKind_IsExitCode2(string expected, params string[] args)
    {
        CliRun run = await CliRun.StartAsync(args);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    private static async Task AssertExamplesAsync(params string[] args)
    {
        CliRun help = await CliRun.SucceedAsync(args);

        const string Program = "edgernn ";
        string[] examples = help.Output.Split("Examples:")[1]
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
            Assert.Empty(Root.Parse(example[(example.IndexOf(Program, StringComparison.Ordinal) + Program.Length)..]).Errors));
    }
}
