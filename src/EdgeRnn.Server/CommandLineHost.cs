using System.CommandLine;

namespace EdgeRnn.Server;

/// <summary>Runs a command line with the conventions of this project's programs.</summary>
public static class CommandLineHost
{
    /// <summary>
    /// Runs the command that the arguments name. Errors in them go to stderr, all at once, with exit code 2. SIGINT and SIGTERM cancel
    /// the command's token; how soon it ends then is the command's own affair.
    /// </summary>
    /// <param name="output">Instead of the console's.</param>
    /// <param name="error">Instead of the console's.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> InvokeAsync(RootCommand root, string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                ProcessTerminationTimeout = Timeout.InfiniteTimeSpan,
                Output = output ?? Console.Out,
                Error = error ?? Console.Error,
            });
        }

        error ??= Console.Error;
        IEnumerable<string> mistakes = parsed.Errors.Select(mistake => mistake.Message);
        if (parsed.CommandResult.Command.Action is ServeAction serve)
            mistakes = mistakes.Concat(serve.Check(parsed));
        foreach (string mistake in mistakes)
            await error.WriteLineAsync(mistake);
        await error.WriteLineAsync("Try --help.");
        return ServerStartException.UsageExitCode;
    }
}
