namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// What budgets must allow for beside a block's own pass, in seconds: that workers wake up late, and that all of them may be in passes of
/// others. Learned under the dispatcher's lock, read at any time.
/// </summary>
internal sealed class SchedulerPace(int workers)
{
    private const double Forget = 1.0 / 256;

    private double _lateness;
    private double _longestPass;
    private int _sessions;

    /// <summary>How late a worker that waits for a block to be due usually wakes up at worst.</summary>
    public double Lateness => Volatile.Read(ref _lateness);

    /// <summary>
    /// How long a block that is due may find all workers taken: by the longest pass of late. 0 where each session has its worker.
    /// </summary>
    public double Blocking => Volatile.Read(ref _sessions) > workers ? Volatile.Read(ref _longestPass) : 0;

    public void SessionOpened() => Interlocked.Increment(ref _sessions);

    public void SessionClosed() => Interlocked.Decrement(ref _sessions);

    public void WokeUp(double late) => Volatile.Write(ref _lateness, late > _lateness
        ? (_lateness + late) / 2
        : _lateness + Forget * (late - _lateness));

    public void Landed(double pass) => Volatile.Write(ref _longestPass, Math.Max(pass, _longestPass + Forget * (pass - _longestPass)));
}
