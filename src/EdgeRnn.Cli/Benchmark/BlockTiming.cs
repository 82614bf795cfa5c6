namespace EdgeRnn.Cli.Benchmark;

/// <summary>A model's measured times with blocks of one size.</summary>
/// <param name="Steps">Frames per block.</param>
/// <param name="MedianUs">Microseconds per frame, median of the rounds.</param>
/// <param name="MinUs">Microseconds per frame, fastest round.</param>
internal sealed record BlockTiming(int Steps, double MedianUs, double MinUs)
{
    /// <summary>Latency of a block's oldest frame in ms: the wait for the other frames, plus the computation.</summary>
    /// <param name="frameRateHz">Null if unknown; then only the computation counts.</param>
    public double LatencyMs(double? frameRateHz) => (frameRateHz is { } rate ? (Steps - 1) * 1000 / rate : 0) + Steps * MedianUs / 1000;
}

/// <summary>Chooses a block size from measured times.</summary>
internal static class BlockAdvice
{
    // A gain below 5 % is not worth the frames' longer wait.
    private const double Tolerance = 1.05;

    /// <summary>The smallest block within 5 % of the fastest of those that keep the latency; 1 if none keeps it.</summary>
    public static int Recommend(IReadOnlyList<BlockTiming> timings, double latencyMs, double? frameRateHz)
    {
        BlockTiming[] inTime = [.. timings.Where(timing => timing.LatencyMs(frameRateHz) <= latencyMs)];
        if (inTime.Length == 0)
            return 1;
        double best = inTime.Min(timing => timing.MedianUs);
        return inTime.Where(timing => timing.MedianUs <= best * Tolerance).Min(timing => timing.Steps);
    }
}
