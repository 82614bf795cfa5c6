using System.Text;

namespace EdgeRnn.Cli;

/// <summary>Where commands read and write: the process's own streams, or what a test brings.</summary>
/// <param name="OutputIsTerminal">Somebody looks at <paramref name="Output"/>: it may be drawn on.</param>
/// <param name="ErrorIsTerminal">Somebody looks at <paramref name="Error"/>: progress is welcome there.</param>
internal sealed record Terminal(TextReader Input, TextWriter Output, TextWriter Error, bool OutputIsTerminal, bool ErrorIsTerminal)
{
    /// <summary>The process's standard streams.</summary>
    public static Terminal OfProcess() => new(
        // Console.In would block its caller where an asynchronous read is asked for.
        new StreamReader(Console.OpenStandardInput(), Encoding.UTF8),
        Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>Tells the user what was not as expected but did not prevent the command.</summary>
    public void Warn(string message) => Error.WriteLine($"warning: {message}");
}
