using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// The threads that run weight passes, from construction until disposal. One without a pass of its own computes panels of the others'.
/// There are no threads besides, so passes and panels together never have more than the workers; only a pass that is shorter than waking
/// a worker is computed by the thread that brings its last frame, one at a time.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private readonly PassDispatcher _dispatcher;
    private readonly PassExecutor[] _executors;
    private readonly PassExecutor _ofCallers;
    private readonly Thread[] _threads;

    public WorkerPool(
        PassDispatcher dispatcher, RuntimeOptions options, RuntimeMetrics metrics, TimeProvider time, ILogger<WorkerPool> logger)
    {
        _dispatcher = dispatcher;
        var board = new PanelBoard(dispatcher, options.WorkerCount);
        _executors = [.. Enumerable.Range(0, options.WorkerCount).Select(i =>
            new PassExecutor(dispatcher, options.MaxPassColumns, metrics, time, logger, board.HelpersOf(i)))];
        _threads = [.. _executors.Select((executor, i) => new Thread(new Worker(dispatcher, board, i, executor.TryRunNext).Run)
        {
            Name = $"edgernn-worker-{i}",
            IsBackground = true,
        })];
        foreach (Thread thread in _threads)
            thread.Start();
        _ofCallers = new PassExecutor(dispatcher, options.MaxPassColumns, metrics, time, logger);
        dispatcher.LetCallersCompute(_ofCallers);
    }

    /// <summary>How many threads there are.</summary>
    public int Workers => _threads.Length;

    /// <summary>How long the oldest pass has been running that runs now; zero where none does.</summary>
    public TimeSpan LongestRunning => _executors.Append(_ofCallers).Max(executor => executor.Running);

    /// <summary>Passes run so far, by these threads and by callers.</summary>
    public long Passes => _executors.Append(_ofCallers).Sum(executor => executor.Passes);

    /// <summary>Waits until every ready block has been computed, and ends the threads.</summary>
    public void Dispose()
    {
        _dispatcher.LetCallersCompute(null);
        _ofCallers.Dispose();
        _dispatcher.Stop();
        foreach (Thread thread in _threads)
            thread.Join();
        // Only now: until its last pass has ended, a worker may be helping another one.
        foreach (PassExecutor executor in _executors)
            executor.Dispose();
    }
}
