namespace EdgeRnn.Server.Live;

/// <summary>Counts of durations in buckets that grow by an eighth of an octave, from 10 µs to 3 minutes: percentiles within 9 %.</summary>
internal static class LatencyBuckets
{
    public const int Count = 24 * PerOctave;

    private const int PerOctave = 8;
    private const double Shortest = 1e-5;

    public static int IndexOf(double seconds) => seconds <= Shortest
        ? 0
        : Math.Min(Count - 1, (int)Math.Ceiling(Math.Log2(seconds / Shortest) * PerOctave));

    /// <summary>The longest duration that belongs to a bucket.</summary>
    public static double UpperBound(int index) => Shortest * Math.Pow(2, (double)index / PerOctave);

    /// <summary>A duration that so many of those counted do not exceed; null where nothing was counted.</summary>
    /// <param name="share">0 to 1.</param>
    public static double? Percentile(ReadOnlySpan<long> counts, double share)
    {
        long total = 0, seen = 0;
        foreach (long count in counts)
            total += count;
        for (int i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen > 0 && seen >= share * total)
                return UpperBound(i);
        }

        return null;
    }
}
