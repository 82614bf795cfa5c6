namespace EdgeRnn.Runtime.Energy;

/// <summary>The energy that the machine has consumed.</summary>
/// <param name="IdleJoules">Estimated consumption without any computing, since the start.</param>
/// <param name="WorkJoules">The rest, since the start.</param>
/// <param name="Watts">Power in the last interval; null if the sensor gave none.</param>
/// <param name="JoulesPerFrame">Work per frame computed in the last minute; null if there was none.</param>
/// <param name="JoulesPerStreamHour">Work per session and hour in the last minute; null if there was no session.</param>
internal readonly record struct EnergyReading(
    double IdleJoules, double WorkJoules, double? Watts, double? JoulesPerFrame, double? JoulesPerStreamHour);

/// <summary>
/// Divides energy into idle consumption and work. Idle power is a moving average over the intervals without computed frames; in all other
/// intervals, the excess over it is work. Until there has been an interval without frames, all energy counts as work.
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

    /// <summary>Adds an interval.</summary>
    /// <param name="joules">Energy consumed in the interval; null if the sensor gave none.</param>
    /// <param name="frames">Frames computed in the interval.</param>
    /// <param name="sessions">Sessions open at the end of the interval.</param>
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
