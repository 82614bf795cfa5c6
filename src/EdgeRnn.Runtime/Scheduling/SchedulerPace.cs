namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// What latency budgets must allow for besides a block's own pass, in seconds: workers wake up late, and all of them may be in passes of
/// other sessions. Learned under the dispatcher's lock, read at any time.
/// </summary>
internal sealed class SchedulerPace(int workers)
{
    private const double DecayRate = 1.0 / 256;

    private double _lateness;
    private double _longestPass;
    private int _sessions;

    /// <summary>How late a worker wakes up that waits for a block to be due: close to the worst of recent wake-ups.</summary>
    public double Lateness => Volatile.Read(ref _lateness);

    /// <summary>
    /// How long a block that is due may find all workers taken: the longest pass of late; 0 while there are no more sessions than workers.
    /// </summary>
    public double Blocking => Volatile.Read(ref _sessions) > workers ? Volatile.Read(ref _longestPass) : 0;

    public void SessionOpened() => Interlocked.Increment(ref _sessions);

    public void SessionClosed() => Interlocked.Decrement(ref _sessions);

    /// <summary>A worker woke up <paramref name="late"/> seconds after the time that it waited for; a negative number counts as 0.</summary>
    public void WokeUp(double late)
    {
        late = Math.Max(0, late);
        Volatile.Write(ref _lateness, late > _lateness ? (_lateness + late) / 2 : _lateness + DecayRate * (late - _lateness));
    }

    /// <summary>A pass took <paramref name="pass"/> seconds.</summary>
    public void PassCompleted(double pass) =>
        Volatile.Write(ref _longestPass, Math.Max(pass, _longestPass + DecayRate * (pass - _longestPass)));
}
