using System.Diagnostics;

namespace EdgeRnn.Cli.Load;

/// <summary>A time in which the machine, or this process's garbage collector, let nobody run.</summary>
/// <param name="AtMs">When it ended, after the start of the watch.</param>
/// <param name="GcMs">What of it was the collector's.</param>
internal sealed record Pause(double AtMs, double DurationMs, double GcMs);

/// <summary>A thread that does nothing but sleep for a millisecond, time after time, and notes when it was not woken in time.</summary>
internal sealed class PauseWatch : IDisposable
{
    private const double MaxMilliseconds = 1.5;
    private const int Most = 100_000;

    private readonly List<Pause> _pauses = [];
    private readonly Thread _thread;
    private readonly long _start = Stopwatch.GetTimestamp();
    private volatile bool _stopped;

    public PauseWatch()
    {
        _thread = new Thread(Watch) { Name = "edgernn-pauses", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The pauses so far, in order.</summary>
    public IReadOnlyList<Pause> Pauses
    {
        get
        {
            lock (_pauses)
                return [.. _pauses];
        }
    }

    /// <summary>A timestamp on the scale of <see cref="Pause.AtMs"/>.</summary>
    public double ToMs(long timestamp) => (timestamp - _start) * 1000.0 / Stopwatch.Frequency;

    /// <summary>How much of the time from one timestamp to another was paused.</summary>
    public double PausedMs(long from, long to)
    {
        (double begin, double end) = (ToMs(from), ToMs(to));
        return _pauses.Sum(pause => Math.Max(0, Math.Min(end, pause.AtMs) - Math.Max(begin, pause.AtMs - pause.DurationMs)));
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private void Watch()
    {
        long last = Stopwatch.GetTimestamp();
        TimeSpan lastGc = GC.GetTotalPauseDuration();
        while (!_stopped)
        {
            Thread.Sleep(1);
            long now = Stopwatch.GetTimestamp();
            TimeSpan gc = GC.GetTotalPauseDuration();
            double duration = Stopwatch.GetElapsedTime(last, now).TotalMilliseconds;
            if (duration > MaxMilliseconds)
                Add(new Pause(ToMs(now), duration, (gc - lastGc).TotalMilliseconds));
            last = now;
            lastGc = gc;
        }
    }

    private void Add(Pause pause)
    {
        lock (_pauses)
        {
            if (_pauses.Count < Most)
                _pauses.Add(pause);
        }
    }
}
