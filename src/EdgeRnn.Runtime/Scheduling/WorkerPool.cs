using EdgeRnn.Runtime.Metrics;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// The threads that run weight passes, from construction until disposal. A worker without a pass helps with the panels of another
/// worker's pass. Passes and panels never occupy more threads than there are workers, with one exception: a pass that is shorter than
/// waking a worker is computed by the thread that brings its last frame, one such pass at a time.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private readonly PassDispatcher _dispatcher;
    private readonly PassExecutor[] _executors;
    private readonly PassExecutor _callers;
    private readonly Thread[] _threads;

    public WorkerPool(
        PassDispatcher dispatcher, RuntimeOptions options, RuntimeMetrics metrics, TimeProvider time, ILogger<WorkerPool> logger)
    {
        _dispatcher = dispatcher;
        var board = new PanelBoard(dispatcher, options.WorkerCount);
        _executors = [.. Enumerable.Range(0, options.WorkerCount).Select(i =>
            new PassExecutor(dispatcher, options.MaxPassColumns, metrics, time, logger, board.HelpersOf(i)))];
        _threads = [.. _executors.Select((executor, i) => new Thread(new Worker(dispatcher, board, i, () => executor.TryRunNext()).Run)
        {
            Name = $"edgernn-worker-{i}",
            IsBackground = true,
        })];
        foreach (Thread thread in _threads)
            thread.Start();
        _callers = new PassExecutor(dispatcher, options.MaxPassColumns, metrics, time, logger);
        dispatcher.LetCallersCompute(_callers);
    }

    /// <summary>How many threads there are.</summary>
    public int Workers => _threads.Length;

    /// <summary>How long the longest of the current passes has been running; zero if none runs.</summary>
    public TimeSpan LongestRunning => _executors.Append(_callers).Max(executor => executor.Running);

    /// <summary>Passes run so far, by these threads and by callers.</summary>
    public long Passes => _executors.Append(_callers).Sum(executor => executor.Passes);

    /// <summary>Waits until every ready block has been computed, and ends the threads.</summary>
    public void Dispose()
    {
        _dispatcher.LetCallersCompute(null);
        _callers.Dispose();
        _dispatcher.Stop();
        foreach (Thread thread in _threads)
            thread.Join();
        // Not earlier: a worker may help another one until the last pass has ended.
        foreach (PassExecutor executor in _executors)
            executor.Dispose();
    }
}
