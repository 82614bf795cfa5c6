using System.CommandLine;
using EdgeRnn.Client;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Server;

namespace EdgeRnn.Cli;

/// <summary>Runs commands and turns every failure into one line on stderr and an exit code.</summary>
internal static class CommandAction
{
    // EPIPE of Linux and macOS.
    private const int BrokenPipe = 32;

    /// <summary>Sets the command's action, which returns for success and throws for failure.</summary>
    public static Command Runs(this Command command, Terminal terminal, Func<ParseResult, CancellationToken, Task> run)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            using var interrupts = new SecondInterrupt(terminal.Error);
            try
            {
                await run(parsed, cancellation);
                return ExitCodes.Success;
            }
            catch (Exception failure)
            {
                // A user gets a message, never a stack trace.
                terminal.Fail(Describe(failure));
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
        IOException { HResult: BrokenPipe } => "standard output: its reader has closed it",
        // The system's messages name the path.
        ServerStartException or IOException or UnauthorizedAccessException => failure.Message,
        OperationCanceledException => "interrupted",
        _ => $"unexpected failure, please report it: {failure.GetType().Name}: {failure.Message}",
    };
}
