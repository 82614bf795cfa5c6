using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>Says when the blocks of a session may, should and must be computed. Guarded by the session's lock.</summary>
/// <param name="frequency">Timestamps per second.</param>
internal sealed class BlockClock(SessionOptions options, ModelQueue queue, SchedulerPace pace, RuntimeOptions limits, long frequency)
{
    // Kept for what cannot be foreseen, above all the machine's pauses.
    private const double Reserve = 1.0 / 8;
    // The most of a budget that is kept for passes of other sessions, and for workers that wake up late.
    private const double MaxReserve = 1.0 / 4;
    // Exponential moving average of the interval between frames.
    private const double Weight = 1.0 / 8;
    // The shortest gap decays slowly: frames that came together may do so again.
    private const double GapWeight = 1.0 / 64;

    private readonly double _budget = options.LatencyBudget?.TotalSeconds ?? 0;
    private double _interval = options.FrameRateHz > 0 ? 1 / options.FrameRateHz : 0;
    private double? _shortestGap;
    private long _lastArrival = -1;
    private int _lastFrames;

    /// <summary>Learns the rate of frames from an arrival.</summary>
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
    /// The times of a block that is filling: its first frame arrived at <paramref name="oldest"/>, its last at <paramref name="newest"/>,
    /// and it has <paramref name="steps"/> frames.
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

        double wait = queue.Patience * pace.Calm(newest) * Math.Max(0, _budget - Needed(Expect(steps), queue.Backlog(own: steps)));
        long latest = oldest + Timestamps(wait);
        // A block waits for more frames or to share a pass. If neither is to be expected, the rest of the wait is better kept for pauses.
        bool isComplete = _shortestGap is { } gap && newest + Timestamps(gap) > latest && queue.IsAlone(own: steps);
        long due = isComplete ? Math.Min(newest, latest) : latest;
        return new BlockTimes(Math.Min(oldest + Timestamps(wait / 2), due), due, deadline);
    }

    /// <summary>The times of a block that was closed at <paramref name="now"/>.</summary>
    public BlockTimes Closed(long oldest, long now) =>
        new(now, now, options.LatencyBudget is null
            ? now + Timestamps(limits.DefaultMaxBlockDelay.TotalSeconds)
            : oldest + Timestamps(_budget));

    /// <summary>Frames that the block will have; if it already has more than expected, as many as there is room for.</summary>
    private int Expect(int steps)
    {
        double gathered = _interval > 0 ? 1 + _budget / _interval : 1;
        return steps > gathered ? options.BlockSteps : (int)Math.Min(options.BlockSteps, gathered);
    }

    /// <summary>
    /// Seconds of the budget that must be left when the block's pass begins: for a usual pass, or for all frames that wait, whichever is longer.
    /// </summary>
    private double Needed(int steps, double backlog) =>
        Math.Max(queue.Cost.Seconds(Math.Max(steps, queue.UsualColumns)), queue.Cost.Seconds(steps) + backlog)
            + Math.Min(pace.Blocking, MaxReserve * _budget)
            + Math.Max(Reserve * _budget, Math.Min(pace.Lateness, MaxReserve * _budget));

    private long Timestamps(double seconds) => (long)(seconds * frequency);
}
