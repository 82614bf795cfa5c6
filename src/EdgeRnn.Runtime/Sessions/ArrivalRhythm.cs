namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// How often a stream's frames come, learned from the longest gaps between them, so that a slow or bursty stream is told from a silent one.
/// One thread tells of arrivals; any thread may ask.
/// </summary>
/// <param name="expectedRate">Frames per second that count until the first gap; null: any pause is long enough until then.</param>
/// <param name="openedAt">A timestamp of <paramref name="time"/>.</param>
internal sealed class ArrivalRhythm(double? expectedRate, TimeProvider time, long openedAt)
{
    /// <summary>A stream counts as silent after this many of its intervals without a frame.</summary>
    public const int SilentIntervals = 10;

    /// <summary>No stream counts as silent before.</summary>
    public static readonly TimeSpan MinSilence = TimeSpan.FromSeconds(1);

    /// <summary>The time constant with which a gap is forgotten that does not come again.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly long _minSilence = (long)(MinSilence.TotalSeconds * time.TimestampFrequency);
    private readonly double _memory = Memory.TotalSeconds * time.TimestampFrequency;
    private long _last = openedAt;
    private long _interval = Interval(1, expectedRate, time);
    private bool _hasBegun;

    /// <summary>Time since the last frame, or since the opening.</summary>
    public TimeSpan SinceLast => time.GetElapsedTime(Volatile.Read(ref _last));

    /// <summary>No frame has come for <see cref="SilentIntervals"/> intervals and <see cref="MinSilence"/>.</summary>
    public bool IsSilent => Volatile.Read(ref _interval) is > 0 and var interval
        && time.GetTimestamp() - Volatile.Read(ref _last) >= SilenceAfter(interval);

    /// <summary>Frames have come together.</summary>
    public void Arrived(int frames, long now)
    {
        long gap = now - _last;
        long interval = _interval;
        if (!_hasBegun)
            interval = Interval(frames, expectedRate, time);
        else if (interval == 0)
            interval = gap;
        else
            // A silence is not the rhythm: it widens it to where the stream would have counted as silent, and no further.
            interval = Math.Max(Math.Min(gap, SilenceAfter(interval)), interval - (long)(interval * Math.Min(1, gap / _memory)));
        _hasBegun = true;
        Volatile.Write(ref _interval, interval);
        Volatile.Write(ref _last, now);
    }

    private long SilenceAfter(long interval) => Math.Max(_minSilence, SilentIntervals * interval);

    private static long Interval(int frames, double? rate, TimeProvider time) =>
        rate is { } expected ? (long)(frames / expected * time.TimestampFrequency) : 0;
}
