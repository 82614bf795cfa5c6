using System.CommandLine;
using EdgeRnn.Client;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Server;

namespace EdgeRnn.Cli;

/// <summary>The border between a command and the shell: whatever goes wrong becomes a sentence on stderr and an exit code.</summary>
internal static class CommandAction
{
    /// <summary>Gives the command its action, which returns normally or throws.</summary>
    public static Command Runs(this Command command, Terminal terminal, Func<ParseResult, CancellationToken, Task> run)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                await run(parsed, cancellation);
                return ExitCodes.Success;
            }
            catch (Exception failure)
            {
                // The last border of the process: a user gets a sentence, never a stack trace.
                terminal.Error.WriteLine($"edgernn: {Describe(failure)}");
                return failure switch
                {
                    CliException own => own.ExitCode,
                    ServerStartException start => start.ExitCode,
                    _ => ExitCodes.Failed,
                };
            }
        });
        return command;
    }

    private static string Describe(Exception failure) => failure switch
    {
        CliException or ModelException or EdgeRnnException => failure.Message,
        // The system's messages name the path.
        ServerStartException or IOException or UnauthorizedAccessException => failure.Message,
        OperationCanceledException => "interrupted",
        _ => $"unexpected failure, please report it: {failure.GetType().Name}: {failure.Message}",
    };
}
