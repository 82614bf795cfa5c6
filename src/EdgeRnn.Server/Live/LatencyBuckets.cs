namespace EdgeRnn.Server.Live;

/// <summary>
/// Histogram of durations with 8 buckets per doubling, from 10 µs to 3 minutes: percentiles are exact within 9 %.
/// </summary>
internal static class LatencyBuckets
{
    public const int Count = 24 * PerOctave;

    private const int PerOctave = 8;
    private const double MinSeconds = 1e-5;

    public static int IndexOf(double seconds) => seconds <= MinSeconds
        ? 0
        : Math.Min(Count - 1, (int)Math.Ceiling(Math.Log2(seconds / MinSeconds) * PerOctave));

    /// <summary>The bucket's upper bound in seconds.</summary>
    public static double UpperBound(int index) => MinSeconds * Math.Pow(2, (double)index / PerOctave);

    /// <summary>A percentile in seconds, as the upper bound of its bucket; null if nothing was counted.</summary>
    /// <param name="share">0 to 1, such as 0.99 for p99.</param>
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
