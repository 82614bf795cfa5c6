using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>The threads that run weight passes, from construction until disposal.</summary>
public sealed class WorkerPool : IDisposable
{
    private readonly PassDispatcher _dispatcher;
    private readonly PassExecutor[] _executors;
    private readonly Thread[] _threads;

    public WorkerPool(PassDispatcher dispatcher, RuntimeOptions options, RuntimeMetrics metrics, TimeProvider time, ILogger<WorkerPool> logger)
    {
        _dispatcher = dispatcher;
        _executors = new PassExecutor[options.WorkerCount];
        _threads = new Thread[options.WorkerCount];
        for (int i = 0; i < _threads.Length; i++)
        {
            PassExecutor executor = _executors[i] = new PassExecutor(dispatcher, options.MaxPassColumns, metrics, time, logger);
            _threads[i] = new Thread(() => RunPasses(executor)) { Name = $"edgernn-worker-{i}", IsBackground = true };
            _threads[i].Start();
        }
    }

    /// <summary>How many threads there are.</summary>
    public int Workers => _threads.Length;

    /// <summary>How long the oldest pass has been running that runs now; zero where none does.</summary>
    public TimeSpan LongestRunning => _executors.Max(executor => executor.Running);

    /// <summary>Passes run so far, by all threads.</summary>
    public long Passes => _executors.Sum(executor => executor.Passes);

    /// <summary>Waits until every ready block has been computed, and ends the threads.</summary>
    public void Dispose()
    {
        _dispatcher.Stop();
        foreach (Thread thread in _threads) thread.Join();
    }

    private static void RunPasses(PassExecutor executor)
    {
        using (executor)
        {
            while (executor.RunNext())
            {
            }
        }
    }
}
