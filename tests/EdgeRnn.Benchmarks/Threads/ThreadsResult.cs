using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>Passes without neighbors, weights in the caches: seconds per pass of one worker and of several.</summary>
/// <param name="Peak">The speed-up of several cores over one when they multiply, in the same rounds.</param>
/// <param name="Read">The speed-up of several cores over one when they read the layer's weights, in the same rounds.</param>
/// <param name="IsRight">Whether both gave the same bits.</param>
internal sealed record HotResult(int Hidden, int Steps, Timing One, Timing Several, double Peak, double Read, bool IsRight)
{
    public double SpeedUp => One.Median / Several.Median;

    public double SpeedUpOfMinima => One.Min / Several.Min;
}

/// <summary>Passes beside busy processes, interleaved: seconds per pass of one worker, of several, and of two with half each.</summary>
/// <param name="IsRight">Whether all gave the same bits.</param>
internal sealed record BusyResult(int Hidden, int Steps, Latencies One, Latencies Several, Latencies Split, bool IsRight)
{
    public double ToOne => Several.P99 / One.P99;

    public double ToSplit => Several.P99 / Split.P99;
}

/// <summary>Seconds per pass.</summary>
internal sealed record Latencies(double Median, double P90, double P99, double Max)
{
    public static Latencies Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return new(sorted[sorted.Length / 2], sorted[sorted.Length * 9 / 10], sorted[sorted.Length * 99 / 100], sorted[^1]);
    }
}
