using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// The threads that run weight passes, from construction until disposal. One without a pass of its own computes panels of the others'.
/// There are no threads besides, so passes and panels together never have more than the workers; only a pass that is shorter than waking
/// a worker is computed by the thread that brings its last frame, one at a time.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    // Longer than what lies between two layers, or two passes of a busy stream; shorter than waking a thread twice.
    private static readonly TimeSpan SpinTime = TimeSpan.FromMicroseconds(50);

    private readonly PassDispatcher _dispatcher;
    private readonly PanelBoard _board;
    private readonly PassExecutor[] _executors;
    private readonly PassExecutor _ofCallers;
    private readonly Thread[] _threads;

    public WorkerPool(PassDispatcher dispatcher, RuntimeOptions options, RuntimeMetrics metrics, TimeProvider time, ILogger<WorkerPool> logger)
    {
        _dispatcher = dispatcher;
        _board = new PanelBoard(dispatcher, options.WorkerCount);
        _executors = [.. Enumerable.Range(0, options.WorkerCount).Select(i =>
            new PassExecutor(dispatcher, options.MaxPassColumns, metrics, time, logger, _board.HelpersOf(i)))];
        _threads = [.. _executors.Select((_, i) => new Thread(() => Work(i)) { Name = $"edgernn-worker-{i}", IsBackground = true })];
        foreach (Thread thread in _threads) thread.Start();
        _ofCallers = new PassExecutor(dispatcher, options.MaxPassColumns, metrics, time, logger);
        dispatcher.LetCallersCompute(_ofCallers);
    }

    /// <summary>How many threads there are.</summary>
    public int Workers => _threads.Length;

    /// <summary>Waits until every ready block has been computed, and ends the threads.</summary>
    public void Dispose()
    {
        _dispatcher.LetCallersCompute(null);
        _ofCallers.Dispose();
        _dispatcher.Stop();
        foreach (Thread thread in _threads) thread.Join();
        // Only now: until its last pass has ended, a worker may be helping another one.
        foreach (PassExecutor executor in _executors) executor.Dispose();
    }

    private void Work(int worker)
    {
        int known = _dispatcher.Invitations;
        long idleSince = 0;
        while (true)
        {
            int invitations = _dispatcher.Invitations;
            if ((_dispatcher.HasReady && _executors[worker].TryRunNext()) || _board.TryHelp(worker))
            {
                idleSince = 0;
                continue;
            }

            // Where passes are too small to be shared nobody invites, and nobody spins.
            if (idleSince == 0 && invitations != known) idleSince = Stopwatch.GetTimestamp();
            if (idleSince != 0 && Stopwatch.GetElapsedTime(idleSince) < SpinTime && !_board.IsInTheWay(worker))
            {
                Thread.SpinWait(10);
                continue;
            }

            if (!_dispatcher.WaitForWork(invitations)) return;
            (known, idleSince) = (invitations, 0);
        }
    }
}
