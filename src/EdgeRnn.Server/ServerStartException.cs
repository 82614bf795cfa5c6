namespace EdgeRnn.Server;

/// <summary>The server could not start. The message lists every error, one per line, for the operator to read.</summary>
public sealed class ServerStartException : Exception
{
    private const int FailureExitCode = 1;
    private const int UsageExitCode = 2;

    private ServerStartException(int exitCode, string message, Exception? cause)
        : base(message, cause) => ExitCode = exitCode;

    /// <summary>The exit code for the process: 2 if options are wrong, 1 for any other failure.</summary>
    public int ExitCode { get; }

    internal static ServerStartException ForOptions(IEnumerable<string> errors) => new(UsageExitCode, string.Join('\n', errors), null);

    internal static ServerStartException ForFailure(string message, Exception cause) => new(FailureExitCode, message, cause);
}
