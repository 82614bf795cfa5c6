using System.CommandLine;
using EdgeRnn.Cli.Serving;

namespace EdgeRnn.Cli;

/// <summary>Runs a command line: errors to stderr, exit codes, signals.</summary>
internal static class CommandLineHost
{
    private const string Help = "--help";

    /// <summary>
    /// Runs the command that the arguments name. All errors in the arguments go to stderr at once, with exit code 2; if there are no
    /// arguments, after the help. SIGINT and SIGTERM cancel the command's token, and the command ends in its own time.
    /// </summary>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> InvokeAsync(RootCommand root, string[] args, TextWriter output, TextWriter error)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                ProcessTerminationTimeout = Timeout.InfiniteTimeSpan,
                Output = output,
                Error = error,
            });
        }

        IEnumerable<string> mistakes = parsed.Errors.Select(mistake => mistake.Message);
        if (parsed.CommandResult.Command.Action is ServeAction serve)
            mistakes = mistakes.Concat(serve.Check(parsed));
        // The help first: a terminal still shows the mistake, which comes last.
        if (args.Length == 0)
            await root.Parse(Help).InvokeAsync(new InvocationConfiguration { Output = error, Error = error });
        foreach (string mistake in mistakes)
            await error.WriteLineAsync(mistake);
        if (args.Length > 0)
            await error.WriteLineAsync($"Try {Help}.");
        return ExitCodes.WrongUse;
    }
}
