using System.Runtime.InteropServices;

namespace EdgeRnn.Cli;

/// <summary>Ends the process at the second SIGINT or SIGTERM, whatever the command still waits for; the first one lets it end in order.</summary>
internal sealed class SecondInterrupt : IDisposable
{
    private readonly TextWriter _error;
    private readonly PosixSignalRegistration[] _signals;
    private int _count;

    public SecondInterrupt(TextWriter error)
    {
        _error = error;
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Count), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Count)];
    }

    public void Dispose() => Array.ForEach(_signals, signal => signal.Dispose());

    private void Count(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _count) < 2)
            return;
        _error.WriteLine("edgernn: interrupted a second time: ended at once");
        Environment.Exit(ExitCodes.Failed);
    }
}
