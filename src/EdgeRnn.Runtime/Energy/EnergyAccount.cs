namespace EdgeRnn.Runtime.Energy;

/// <summary>What is known of the machine's consumption.</summary>
/// <param name="IdleJoules">What it would have consumed without computing, since the start.</param>
/// <param name="WorkJoules">The rest.</param>
/// <param name="Watts">In the last interval; null where the sensor was silent.</param>
/// <param name="JoulesPerFrame">Work per frame computed within the last minute; null where none was.</param>
/// <param name="JoulesPerStreamHour">Work per session and hour within the last minute; null where there was no session.</param>
internal readonly record struct EnergyReading(
    double IdleJoules, double WorkJoules, double? Watts, double? JoulesPerFrame, double? JoulesPerStreamHour);

/// <summary>
/// Divides energy between idling and work. Idle power is learned from the intervals in which nothing was computed, as a moving average;
/// in the others, what exceeds it is work. Until there was such an interval all of it counts as work.
/// </summary>
internal sealed class EnergyAccount
{
    private const double IdleWeight = 1 / 8.0;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<Interval> _recent = [];
    private double? _idleWatts;
    private EnergyReading _reading;
    private Interval _sum;

    public EnergyReading Reading
    {
        get
        {
            lock (_gate)
                return _reading;
        }
    }

    /// <summary>Books an interval.</summary>
    /// <param name="joules">Consumed in it; null where the sensor did not tell.</param>
    /// <param name="frames">Frames computed in it.</param>
    /// <param name="sessions">Sessions open at its end.</param>
    public void Book(double? joules, TimeSpan elapsed, long frames, int sessions)
    {
        lock (_gate)
        {
            if (joules is not { } total || elapsed <= TimeSpan.Zero)
            {
                _reading = _reading with { Watts = null };
                return;
            }

            double seconds = elapsed.TotalSeconds, watts = total / seconds;
            if (frames == 0)
                _idleWatts = _idleWatts is { } known ? known + IdleWeight * (watts - known) : watts;
            double idle = frames == 0 ? total : Math.Min(total, (_idleWatts ?? 0) * seconds);
            Remember(new Interval(elapsed, total - idle, frames, sessions * seconds / TimeSpan.SecondsPerHour));
            _reading = new EnergyReading(_reading.IdleJoules + idle, _reading.WorkJoules + total - idle, watts,
                _sum.Frames > 0 ? _sum.Work / _sum.Frames : null, _sum.StreamHours > 0 ? _sum.Work / _sum.StreamHours : null);
        }
    }

    private void Remember(Interval interval)
    {
        _recent.Enqueue(interval);
        while (_recent.Count > 1 && _recent.Aggregate(TimeSpan.Zero, (span, one) => span + one.Elapsed) > Window)
            _recent.Dequeue();
        _sum = _recent.Aggregate(
            (a, b) => new Interval(a.Elapsed + b.Elapsed, a.Work + b.Work, a.Frames + b.Frames, a.StreamHours + b.StreamHours));
    }

    private readonly record struct Interval(TimeSpan Elapsed, double Work, long Frames, double StreamHours);
}
