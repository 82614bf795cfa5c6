using EdgeRnn.Runtime;

namespace EdgeRnn.Cli;

/// <summary>The streams that commands read and write: the process's own, or those of a test.</summary>
/// <param name="OutputIsTerminal"><paramref name="Output"/> is a terminal, so live views may redraw it.</param>
/// <param name="ErrorIsTerminal"><paramref name="Error"/> is a terminal, so progress may be shown there.</param>
internal sealed record Terminal(TextReader Input, TextWriter Output, TextWriter Error, bool OutputIsTerminal, bool ErrorIsTerminal)
{
    /// <summary>The process's standard streams. A terminal without control sequences, TERM=dumb, counts as a pipe.</summary>
    public static Terminal OfProcess() => new(
        StandardStreams.OpenInput(), StandardStreams.OpenOutput(), Console.Error, !Console.IsOutputRedirected && !IsDumb, !Console.IsErrorRedirected && !IsDumb);

    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") == "dumb";

    /// <summary>Writes a warning: something was not as expected but did not stop the command.</summary>
    public void Warn(string message) => Error.WriteLine($"warning: {ForeignText.Escape(message)}");

    /// <summary>Writes why the command failed.</summary>
    public void Fail(string message) => Error.WriteLine($"edgernn: {ForeignText.Escape(message)}");
}
