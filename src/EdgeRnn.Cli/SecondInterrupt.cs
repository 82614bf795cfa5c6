using System.Runtime.InteropServices;

namespace EdgeRnn.Cli;

/// <summary>Ends the process at the second SIGINT, whatever the command still waits for; the first one lets it end in order.</summary>
/// <remarks>
/// Must be made by the running command: handlers are called from the newest to the oldest, and System.CommandLine's, which is made before
/// the command runs, waits for the command's end.
/// </remarks>
internal sealed class SecondInterrupt : IDisposable
{
    private readonly TextWriter _error;
    private readonly PosixSignalRegistration _interrupt;
    private int _count;

    public SecondInterrupt(TextWriter error)
    {
        _error = error;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Count);
    }

    public void Dispose() => _interrupt.Dispose();

    private void Count(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _count) < 2)
            return;
        _error.WriteLine("edgernn: interrupted a second time: ended at once");
        Environment.Exit(ExitCodes.Failed);
    }
}
