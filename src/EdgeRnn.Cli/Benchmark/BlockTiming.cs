namespace EdgeRnn.Cli.Benchmark;

/// <summary>How long a model takes with blocks of one size.</summary>
/// <param name="Steps">Frames per block.</param>
/// <param name="MedianUs">Microseconds per frame, median of the rounds.</param>
/// <param name="MinUs">Microseconds per frame, fastest round.</param>
internal sealed record BlockTiming(int Steps, double MedianUs, double MinUs)
{
    /// <summary>Milliseconds until the oldest frame of a block has its result: the wait for the others, and the computation.</summary>
    /// <param name="frameRateHz">Null where it is not known: then only the computation counts.</param>
    public double LatencyMs(double? frameRateHz) => (frameRateHz is { } rate ? (Steps - 1) * 1000 / rate : 0) + Steps * MedianUs / 1000;
}

/// <summary>Chooses a block size from measured times.</summary>
internal static class BlockAdvice
{
    // What larger blocks gain beyond this is not worth the frames' longer wait.
    private const double Tolerance = 1.05;

    /// <summary>The smallest block that is nearly as fast per frame as any that keeps the latency; 1 where none keeps it.</summary>
    public static int Recommend(IReadOnlyList<BlockTiming> timings, double latencyMs, double? frameRateHz)
    {
        BlockTiming[] inTime = [.. timings.Where(timing => timing.LatencyMs(frameRateHz) <= latencyMs)];
        if (inTime.Length == 0)
            return 1;
        double best = inTime.Min(timing => timing.MedianUs);
        return inTime.Where(timing => timing.MedianUs <= best * Tolerance).Min(timing => timing.Steps);
    }
}
