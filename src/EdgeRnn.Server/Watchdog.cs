using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Server;

/// <summary>
/// Tells the service manager that the server is ready, stopping, and alive: as long as its workers run weight passes, not merely as long
/// as a timer fires. A pass that takes longer than the watchdog's period, or blocks that are ready and of which none was taken for as
/// long, mean that it is not.
/// </summary>
internal sealed class Watchdog(ServiceManager manager, IServiceProvider services, SessionManager sessions, TimeProvider time)
    : IHostedLifecycleService, IDisposable
{
    private ITimer? _timer;
    private WorkerPool? _workers;
    private Progress? _progress;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        manager.Tell(ServiceManager.Ready);
        if (manager.WatchdogPeriod is { } period)
        {
            _workers = services.GetRequiredService<WorkerPool>();
            _progress = new Progress(time);
            // Thrice per period, so that one late timer does no harm.
            _timer = time.CreateTimer(_ => Look(period), null, TimeSpan.Zero, period / 3);
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        manager.Tell(ServiceManager.Stopping);
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Look(TimeSpan period)
    {
        if (_progress!.IsMade(_workers!.Passes, sessions.ReadyBlocks, _workers.LongestRunning, period))
            manager.Tell(ServiceManager.Alive);
    }

    /// <summary>Whether work is done, seen from look to look.</summary>
    internal sealed class Progress(TimeProvider time)
    {
        private long _passes = -1;
        private long _last;

        /// <param name="passes">Run so far.</param>
        /// <param name="readyBlocks">That wait for a pass.</param>
        /// <param name="longestRunning">How long the oldest pass has been running that runs now.</param>
        /// <param name="patience">How long work may take, or wait.</param>
        public bool IsMade(long passes, long readyBlocks, TimeSpan longestRunning, TimeSpan patience)
        {
            if (passes != _passes || readyBlocks == 0)
            {
                _passes = passes;
                _last = time.GetTimestamp();
            }

            return longestRunning < patience && time.GetElapsedTime(_last) < patience;
        }
    }
}
