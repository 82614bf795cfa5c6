using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Server.Hosting;

/// <summary>
/// Tells the service manager that the server is ready, stopping, and alive. Alive means that workers run weight passes: it is not if a
/// pass takes longer than the watchdog's period, or if blocks are ready and none was taken for as long.
/// </summary>
internal sealed class Watchdog(
    ServiceManager manager, IServiceProvider services, SessionManager sessions, TimeProvider time, ILogger<Watchdog> logger)
    : IHostedLifecycleService, IDisposable
{
    // A late timer or two must not end the process.
    private const int ChecksPerPeriod = 3;

    private static readonly TimeSpan ReadyRetry = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private Task _ready = Task.CompletedTask;
    private ITimer? _timer;
    private WorkerPool? _workers;
    private Progress? _progress;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (manager.IsUnreachable)
            ServerLog.ServiceManagerUnreachable(logger);
        if (!manager.Notify(ServiceManager.Ready))
            _ready = RetryReadyAsync(_stopping.Token);
        if (manager.WatchdogPeriod is { } period)
        {
            _workers = services.GetRequiredService<WorkerPool>();
            _progress = new Progress(time);
            _timer = time.CreateTimer(_ => Check(period), null, TimeSpan.Zero, period / ChecksPerPeriod);
        }

        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _ready;
        manager.Notify(ServiceManager.Stopping);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A manager whose queue is full must still learn of it: it ends a service that does not become ready.</summary>
    private async Task RetryReadyAsync(CancellationToken stopping)
    {
        do
            await Task.Delay(ReadyRetry, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stopping.IsCancellationRequested && !manager.Notify(ServiceManager.Ready));
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Check(TimeSpan period)
    {
        if (_progress!.IsMade(_workers!.Passes, sessions.ReadyBlocks, _workers.LongestRunning, period))
            manager.Notify(ServiceManager.Alive);
    }

    /// <summary>Whether weight passes make progress from one check to the next.</summary>
    internal sealed class Progress(TimeProvider time)
    {
        private long _passes = -1;
        private long _lastProgress;

        /// <param name="passes">Passes run so far.</param>
        /// <param name="readyBlocks">Blocks that wait for a pass.</param>
        /// <param name="longestRunning">Age of the oldest pass that is running.</param>
        /// <param name="limit">Maximum duration of a pass, and of a wait without any pass.</param>
        public bool IsMade(long passes, long readyBlocks, TimeSpan longestRunning, TimeSpan limit)
        {
            if (passes != _passes || readyBlocks == 0)
            {
                _passes = passes;
                _lastProgress = time.GetTimestamp();
            }

            return longestRunning < limit && time.GetElapsedTime(_lastProgress) < limit;
        }
    }
}
