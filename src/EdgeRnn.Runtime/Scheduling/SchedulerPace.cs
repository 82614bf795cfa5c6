using EdgeRnn.Runtime.Locking;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// What latency budgets must allow for besides a block's own pass: workers wake up late, all of them may be in passes of other sessions,
/// and a machine on which many sessions have just been opened pauses more than it will later. Learned under the dispatcher's lock, except
/// openings; read at any time.
/// </summary>
/// <param name="frequency">Timestamps per second.</param>
internal sealed class SchedulerPace(int workers, long frequency)
{
    private const double DecayRate = 1.0 / 256;
    // Fewer sessions per worker than this leave it time for a pause.
    private const int ManySessions = 16;
    // Time constant with which openings are forgotten.
    private const double OpeningSeconds = 1.5;

    private readonly RankedLock _openingsLock = new(LockRank.Openings);
    private double _openings;
    private long _lastOpening;

    private double _lateness;
    private double _longestPass;
    private int _sessions;

    /// <summary>How late a worker wakes up that waits for a block to be due: close to the worst of recent wake-ups.</summary>
    public double Lateness => Volatile.Read(ref _lateness);

    /// <summary>
    /// How long a block that is due may find all workers taken: the longest pass of late; 0 while there are no more sessions than workers.
    /// </summary>
    public double Blocking => Volatile.Read(ref _sessions) > workers ? Volatile.Read(ref _longestPass) : 0;

    /// <summary>
    /// The share of its allowed time that a block should wait: 1, but less while many sessions are being opened. 0 if the latest half of
    /// the sessions have just been opened; two seconds after all of them were, about a half.
    /// </summary>
    public double Calm(long now)
    {
        int sessions = Volatile.Read(ref _sessions);
        return sessions <= ManySessions * workers ? 1 : Math.Max(0, 1 - 2 * OpeningsUntil(now) / sessions);
    }

    public void SessionOpened(long now)
    {
        Interlocked.Increment(ref _sessions);
        using (_openingsLock.EnterScope())
        {
            Volatile.Write(ref _openings, OpeningsUntil(now) + 1);
            Volatile.Write(ref _lastOpening, now);
        }
    }

    public void SessionClosed() => Interlocked.Decrement(ref _sessions);

    /// <summary>Sessions that were opened, each counting less the longer ago it was.</summary>
    private double OpeningsUntil(long now) => Volatile.Read(ref _openings)
        * Math.Exp(-Math.Max(0, now - Volatile.Read(ref _lastOpening)) / (OpeningSeconds * frequency));

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
