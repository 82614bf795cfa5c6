namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>
/// Round-robin timing: each round takes one sample of everything in turn, so that a change of clock speed or of other load
/// affects all alike.
/// </summary>
internal static class Rounds
{
    // Long enough for tiered compilation to replace the unoptimized code.
    private const double WarmUpSeconds = 1;
    private const int WarmUpRounds = 3;

    /// <param name="schedule">What one round samples, in this order; the calibration may occur several times.</param>
    /// <param name="rounds">How many rounds are counted.</param>
    public static Dictionary<ISampled, Timing> Run(IReadOnlyList<ISampled> schedule, int rounds)
    {
        double start = ThreadClock.Seconds;
        for (int round = 0; round < WarmUpRounds || ThreadClock.Seconds - start < WarmUpSeconds; round++)
        {
            foreach (ISampled sampled in schedule)
                sampled.Sample();
        }

        var samples = schedule.Distinct().ToDictionary(sampled => sampled, _ => new List<double>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (ISampled sampled in schedule)
                samples[sampled].Add(sampled.Sample());
        }

        return samples.ToDictionary(pair => pair.Key, pair => Timing.Of(pair.Value));
    }
}
