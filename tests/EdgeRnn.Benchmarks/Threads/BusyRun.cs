using System.Diagnostics;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>Passes of one worker, of several, and of a static split in two, in turn beside busy processes.</summary>
internal static class BusyRun
{
    private const int WarmUpPasses = 100;

    public static BusyResult Run(ThreadsOptions options, int hidden, int steps, RuntimeWorkers workers)
    {
        using var weights = new SharedWeights(options.Kernels, hidden, 0, hidden);
        using SharedLayer alone = new(weights, steps), shared = new(weights, steps, workers.Helpers);
        using var split = new StaticSplit(options.Kernels, hidden, steps);
        float[] expected = alone.Outputs();
        bool isRight = HotRun.SameBits(expected, shared.Outputs()) && HotRun.SameBits(expected, split.Outputs());

        using var neighbors = new BusyNeighbors(options.Neighbors);
        Action[] passes = [alone.Pass, shared.Pass, split.Pass];
        double[][] samples = passes.Select(_ => new double[options.Passes]).ToArray();
        for (int turn = -WarmUpPasses; turn < options.Passes; turn++)
        {
            for (int i = 0; i < passes.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                passes[i]();
                if (turn >= 0)
                    samples[i][turn] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        return new BusyResult(hidden, steps, Latencies.Of(samples[0]), Latencies.Of(samples[1]), Latencies.Of(samples[2]), isRight);
    }
}
