namespace EdgeRnn.Testing.Simulation;

/// <summary>Time in nanoseconds that jumps from event to event. It has no timers: what waits for time is an event too.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    public long Now { get; set; }

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
