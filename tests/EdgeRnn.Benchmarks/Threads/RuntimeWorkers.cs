using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>
/// The runtime's workers, of which the calling thread is one: it runs the passes, the others help as they do in a server.
/// </summary>
internal sealed class RuntimeWorkers : IDisposable
{
    private readonly PassDispatcher _dispatcher = new(new RuntimeOptions(), TimeProvider.System);
    private readonly Thread[] _helpers;

    /// <param name="count">Workers, the calling thread included; at least 2.</param>
    public RuntimeWorkers(int count)
    {
        var board = new PanelBoard(_dispatcher, count);
        Helpers = board.HelpersOf(0)!;
        _helpers = [.. Enumerable.Range(1, count - 1).Select(
            i => new Thread(new Worker(_dispatcher, board, i, () => false).Run) { IsBackground = true })];
        foreach (Thread helper in _helpers)
            helper.Start();
    }

    /// <summary>The workers that help the calling thread.</summary>
    public IPanelHelpers Helpers { get; }

    public void Dispose()
    {
        _dispatcher.Stop();
        foreach (Thread helper in _helpers)
            helper.Join();
    }
}
