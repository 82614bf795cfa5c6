using System.Diagnostics;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>Processes that keep one processor busy each, until disposed or until this process ends.</summary>
internal sealed class BusyNeighbors : IDisposable
{
    private const string Script = "while kill -0 $PPID; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done";

    private readonly Process[] _processes;

    public BusyNeighbors(int count) =>
        _processes = [.. Enumerable.Range(0, count).Select(_ => Process.Start(new ProcessStartInfo("sh", ["-c", Script]))!)];

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
