namespace EdgeRnn.Testing.Simulation;

/// <summary>How the frames of a stream arrive.</summary>
public enum ArrivalPattern
{
    /// <summary>At equal intervals, each stream with a phase of its own.</summary>
    Regular,

    /// <summary>Eight at a time, after pauses that vary at random.</summary>
    Bursty,

    /// <summary>At intervals that vary by half with a period of ten seconds.</summary>
    Drifting,

    /// <summary>All streams at the same moments, every second eight frames at once after a pause.</summary>
    Adversarial,
}

/// <summary>When the frames of one stream arrive, and how many at a time.</summary>
/// <param name="rate">Frames per second, on average.</param>
/// <param name="phase">0 to 1.</param>
internal sealed class Arrivals(ArrivalPattern pattern, double rate, double phase, Random random)
{
    private const int Burst = 8;
    private const double DriftSeconds = 10;

    private long _count;

    /// <summary>Frames that arrive at the time that <see cref="Next"/> returned last.</summary>
    public int Frames { get; private set; }

    /// <summary>Seconds from <paramref name="now"/> until the next frames.</summary>
    public double Next(double now)
    {
        bool isFirst = _count++ == 0;
        double interval = 1 / rate;
        Frames = pattern == ArrivalPattern.Bursty ? Burst : 1;
        switch (pattern)
        {
            case ArrivalPattern.Regular:
                return isFirst ? phase * interval : interval;
            case ArrivalPattern.Bursty:
                return isFirst ? phase * interval * Burst : -Math.Log(1 - random.NextDouble()) * interval * Burst;
            case ArrivalPattern.Drifting:
                return (isFirst ? phase : 1) * interval / (1 + 0.5 * Math.Sin(2 * Math.PI * (now / DriftSeconds + phase)));
            default:
                bool isBurst = _count % Math.Max(Burst + 1, (long)rate - Burst + 1) == 0;
                Frames = isBurst ? Burst : 1;
                return interval * Frames;
        }
    }
}
