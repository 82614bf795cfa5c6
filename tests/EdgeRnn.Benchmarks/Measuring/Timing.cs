namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>Seconds per pass over all rounds.</summary>
internal readonly record struct Timing(double Min, double P25, double Median)
{
    public static Timing Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return new(sorted[0], sorted[sorted.Length / 4], sorted[sorted.Length / 2]);
    }

    public static Timing operator /(Timing timing, double divisor) =>
        new(timing.Min / divisor, timing.P25 / divisor, timing.Median / divisor);
}
