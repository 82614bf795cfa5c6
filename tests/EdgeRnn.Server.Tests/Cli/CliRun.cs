using System.Text.Json;
using EdgeRnn.Cli;

namespace EdgeRnn.Server.Tests.Cli;

/// <summary>The outcome of a command line.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs a command line in this process, as if all its streams were pipes.</summary>
    public static Task<CliRun> StartAsync(params string[] args) => StartAsync(TextReader.Null, args);

    public static Task<CliRun> StartAsync(TextReader input, params string[] args) => StartAsync(input, outputIsTerminal: false, args);

    /// <param name="outputIsTerminal">As if standard output were a terminal.</param>
    public static async Task<CliRun> StartAsync(TextReader input, bool outputIsTerminal, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(
            input, TextWriter.Synchronized(output), TextWriter.Synchronized(error), outputIsTerminal, ErrorIsTerminal: false);
        int exitCode = await CommandLineHost.InvokeAsync(CommandLine.Create(terminal), args, terminal.Output, terminal.Error).Soon();
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command line that must succeed and write nothing to stderr.</summary>
    public static async Task<CliRun> SucceedAsync(params string[] args)
    {
        CliRun run = await StartAsync(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    /// <summary>Runs a command line that must fail with one line on stderr and no output.</summary>
    public static async Task<string> FailAsync(int exitCode, params string[] args)
    {
        CliRun run = await StartAsync(args);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("edgernn: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        return run.Error;
    }
}
