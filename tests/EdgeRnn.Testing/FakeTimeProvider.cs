namespace EdgeRnn.Testing;

/// <summary>
/// Time that moves only when told to, and stops at every timer on its way. Its timestamps have an odd frequency, so that code that
/// mistakes them for ticks of 100 ns fails.
/// </summary>
/// <remarks>
/// Not the one of Microsoft.Extensions.TimeProvider.Testing (10.11): that moves its clock to the end before any timer fires, so the
/// callbacks of a period of 10 ms within 30 ms all see 30 ms, a one-shot timer that its callback rearms fires once instead of three
/// times, and a timer that is due at once fires inside CreateTimer.
/// </remarks>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private TimeSpan _now = TimeSpan.FromDays(3);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond * 7;

    public override long GetTimestamp()
    {
        lock (_gate)
            return _now.Ticks * 7;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return DateTimeOffset.UnixEpoch + _now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        lock (_gate)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time, stopping at every timer that fires, in order.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan end;
        lock (_gate)
            end = _now + by;
        while (NextDue(end) is { } timer)
            timer.Fire();
        lock (_gate)
            _now = end;
    }

    /// <summary>
    /// Moves time without any timer, as for a process that is stopped. Timers that became due fire once with the next advance.
    /// </summary>
    public void Stop(TimeSpan by)
    {
        lock (_gate)
        {
            _now += by;
            _timers.ForEach(timer => timer.Delay(_now));
        }
    }

    private FakeTimer? NextDue(TimeSpan end)
    {
        lock (_gate)
        {
            FakeTimer? next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next?.Due > _now)
                _now = next.Due.Value;
            next?.Rearm();
            return next;
        }
    }

    private sealed class FakeTimer(FakeTimeProvider time, Action callback) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                _period = period;
                return true;
            }
        }

        public void Delay(TimeSpan until) => Due = Due < until ? until : Due;

        public void Rearm() => Due = _period == Timeout.InfiniteTimeSpan ? null : Due + _period;

        public void Fire() => callback();

        public void Dispose()
        {
            lock (time._gate)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
