namespace EdgeRnn.Server;

/// <summary>The server could not start. The message lists every error, one per line, and is fit for the operator as it is.</summary>
public sealed class ServerStartException : Exception
{
    private const int FailureExitCode = 1;

    /// <summary>Exit code for options or arguments that are not right.</summary>
    internal const int UsageExitCode = 2;

    private ServerStartException(int exitCode, string message, Exception? cause)
        : base(message, cause) => ExitCode = exitCode;

    /// <summary>What the process should exit with: 2 where options are wrong, 1 for anything else.</summary>
    public int ExitCode { get; }

    internal static ServerStartException ForOptions(IEnumerable<string> errors) => new(UsageExitCode, string.Join('\n', errors), null);

    internal static ServerStartException ForFailure(string message, Exception cause) => new(FailureExitCode, message, cause);
}
