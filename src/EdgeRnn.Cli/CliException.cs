namespace EdgeRnn.Cli;

/// <summary>A command failed. The user reads only the message: what failed, where, what was expected and what was found.</summary>
internal sealed class CliException(string message, int exitCode = ExitCodes.Failed, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>The exit codes of <c>edgernn</c>.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The command failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int WrongUse = 2;
}
