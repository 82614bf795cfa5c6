using System.Diagnostics;

namespace EdgeRnn.Cli.Load;

/// <summary>A time in which the machine, or this process's garbage collector, let no thread of this process run.</summary>
/// <param name="AtMs">Its end, in ms after the start of the watch.</param>
/// <param name="GcMs">The part of it that was garbage collection.</param>
internal sealed record Pause(double AtMs, double DurationMs, double GcMs);

/// <summary>Detects pauses with a thread that sleeps for a millisecond at a time and notes when it wakes late.</summary>
internal sealed class PauseWatch : IDisposable
{
    private const double ThresholdMs = 1.5;
    private const int MaxPauses = 100_000;

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

    /// <summary>Milliseconds of pause between two timestamps.</summary>
    public double PausedMs(long from, long to)
    {
        double begin = ToMs(from), end = ToMs(to);
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
            if (duration > ThresholdMs)
                Add(new Pause(ToMs(now), duration, (gc - lastGc).TotalMilliseconds));
            last = now;
            lastGc = gc;
        }
    }

    private void Add(Pause pause)
    {
        lock (_pauses)
        {
            if (_pauses.Count < MaxPauses)
                _pauses.Add(pause);
        }
    }
}
