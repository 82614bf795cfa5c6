using System.Text.Json;
using EdgeRnn.Cli;

namespace EdgeRnn.Server.Tests.Cli;

/// <summary>What a command line did.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs a command line in this process, with everything piped.</summary>
    public static Task<CliRun> StartAsync(params string[] args) => StartAsync(TextReader.Null, args);

    public static async Task<CliRun> StartAsync(TextReader input, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(
            input, TextWriter.Synchronized(output), TextWriter.Synchronized(error), OutputIsTerminal: false, ErrorIsTerminal: false);
        int exitCode = await CommandLineHost.InvokeAsync(CommandLine.Create(terminal), args, terminal.Output, terminal.Error).Soon();
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command line that must succeed without a word on stderr.</summary>
    public static async Task<CliRun> SucceedAsync(params string[] args)
    {
        CliRun run = await StartAsync(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    /// <summary>Runs a command line that must fail with one sentence and no stack trace.</summary>
    public static async Task<string> FailAsync(int exitCode, params string[] args)
    {
        CliRun run = await StartAsync(args);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("edgernn: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        return run.Error;
    }
}
