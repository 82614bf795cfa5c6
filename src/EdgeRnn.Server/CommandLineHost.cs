using System.CommandLine;

namespace EdgeRnn.Server;

/// <summary>Runs a command line with the conventions of this project's programs.</summary>
public static class CommandLineHost
{
    private const string Help = "--help";

    /// <summary>
    /// Runs the command that the arguments name. Errors in them go to stderr, all at once, with exit code 2; where there should be
    /// arguments and are none, after the help. SIGINT and SIGTERM cancel the command's token; how soon it ends then is the command's
    /// own affair.
    /// </summary>
    /// <param name="output">Instead of the console's.</param>
    /// <param name="error">Instead of the console's.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> InvokeAsync(RootCommand root, string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ParseResult parsed = root.Parse(args);
        error ??= Console.Error;
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                ProcessTerminationTimeout = Timeout.InfiniteTimeSpan,
                Output = output ?? Console.Out,
                Error = error,
            });
        }

        IEnumerable<string> mistakes = parsed.Errors.Select(mistake => mistake.Message);
        if (parsed.CommandResult.Command.Action is ServeAction serve)
            mistakes = mistakes.Concat(serve.Check(parsed));
        // Who types nothing wants to know what there is; the mistake comes last, where a terminal still shows it.
        if (args.Length == 0)
            await root.Parse(Help).InvokeAsync(new InvocationConfiguration { Output = error, Error = error });
        foreach (string mistake in mistakes)
            await error.WriteLineAsync(mistake);
        if (args.Length > 0)
            await error.WriteLineAsync($"Try {Help}.");
        return ServerStartException.UsageExitCode;
    }
}
