using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>Says when the blocks of a session may, should and must be computed. Guarded by its session.</summary>
/// <param name="frequency">Timestamps per second.</param>
internal sealed class BlockClock(SessionOptions options, ModelQueue queue, SchedulerPace pace, RuntimeOptions limits, long frequency)
{
    // Kept for what nobody can foresee: the machine's pauses, more than all.
    private const double Reserve = 1.0 / 8;
    // At most so much of a budget is kept for passes of others, and for workers that wake up late.
    private const double MaxReserve = 1.0 / 4;
    // A frame counts for an eighth in the estimate of the rate.
    private const double Weight = 1.0 / 8;
    // The shortest gap is forgotten slowly: frames that came at once may do so again.
    private const double GapWeight = 1.0 / 64;

    private readonly double _budget = options.LatencyBudget?.TotalSeconds ?? 0;
    private double _interval = options.FrameRateHz > 0 ? 1 / options.FrameRateHz : 0;
    private double? _shortestGap;
    private long _lastArrival = -1;
    private int _lastFrames;

    /// <summary>Learns how often frames come.</summary>
    public void Arrived(long now, int frames)
    {
        if (_lastFrames > 0)
        {
            double gap = (double)(now - _lastArrival) / frequency;
            _shortestGap = _shortestGap is { } shortest ? Math.Min(gap, shortest + GapWeight * (gap - shortest)) : gap;
            if (gap > 0)
            {
                double interval = gap / _lastFrames;
                _interval = _interval == 0 ? interval : _interval + Weight * (interval - _interval);
            }
        }

        (_lastArrival, _lastFrames) = (now, now > _lastArrival ? frames : _lastFrames + frames);
    }

    /// <summary>
    /// For a block that fills since <paramref name="oldest"/> and has <paramref name="steps"/> frames now, the last of them since
    /// <paramref name="newest"/>.
    /// </summary>
    public BlockTimes Filling(long oldest, long newest, int steps)
    {
        if (options.LatencyBudget is null)
        {
            long end = oldest + Timestamps(options.MaxBlockDelay.TotalSeconds);
            return new BlockTimes(end, end, end + Timestamps(limits.DefaultMaxBlockDelay.TotalSeconds));
        }

        long deadline = oldest + Timestamps(_budget);
        if (options.Objective == LatencyObjective.Latency)
            return new BlockTimes(oldest, oldest, deadline);

        double wait = queue.Patience * Math.Max(0, _budget - Needed(Expect(steps), queue.Backlog(own: steps)));
        long latest = oldest + Timestamps(wait);
        // Waiting is for more frames, or to share a pass. Where neither is to be expected, what is left of it is better kept for pauses.
        bool isComplete = _shortestGap is { } gap && newest + Timestamps(gap) > latest && queue.IsAlone(own: steps);
        long due = isComplete ? Math.Min(newest, latest) : latest;
        return new BlockTimes(Math.Min(oldest + Timestamps(wait / 2), due), due, deadline);
    }

    /// <summary>For a block that was closed at <paramref name="now"/>.</summary>
    public BlockTimes Closed(long oldest, long now) =>
        new(now, now, options.LatencyBudget is null
            ? now + Timestamps(limits.DefaultMaxBlockDelay.TotalSeconds)
            : oldest + Timestamps(_budget));

    /// <summary>More frames than expected so far: then rather as many as there is room for.</summary>
    private int Expect(int steps)
    {
        double gathered = _interval > 0 ? 1 + _budget / _interval : 1;
        return steps > gathered ? options.BlockSteps : (int)Math.Min(options.BlockSteps, gathered);
    }

    /// <summary>
    /// The part of the budget that must be left when a block's pass is to begin: for the usual pass, or for all that waits.
    /// </summary>
    private double Needed(int steps, double backlog) =>
        Math.Max(queue.Cost.Seconds(Math.Max(steps, queue.UsualColumns)), queue.Cost.Seconds(steps) + backlog)
            + Math.Min(pace.Blocking, MaxReserve * _budget)
            + Math.Max(Reserve * _budget, Math.Min(pace.Lateness, MaxReserve * _budget));

    private long Timestamps(double seconds) => (long)(seconds * frequency);
}
