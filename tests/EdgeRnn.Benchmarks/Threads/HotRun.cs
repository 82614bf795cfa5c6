using System.Runtime.InteropServices;
using EdgeRnn.Benchmarks.Calibration;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>Passes of one worker and of several with the same cached weights; block sizes and calibration share the rounds.</summary>
internal static unsafe class HotRun
{
    private const int ReadAhead = 4096 / sizeof(float);

    // Per thread; far enough apart not to share a cache line.
    private const int ResultLength = 64;

    public static IReadOnlyList<HotResult> Run(ThreadsOptions options, int hidden, RuntimeWorkers workers, ThreadTeam team)
    {
        using var weights = new SharedWeights(options.Kernels, hidden, 0, hidden);
        SharedLayer[] alone = [.. options.Steps.Select(steps => new SharedLayer(weights, steps))];
        SharedLayer[] shared = [.. options.Steps.Select(steps => new SharedLayer(weights, steps, workers.Helpers))];
        bool[] areRight = [.. alone.Zip(shared, (one, several) => SameBits(one.Outputs(), several.Outputs()))];
        PassTimer[] one = [.. alone.Select(passes => PassTimer.Shared(passes.Pass))];
        PassTimer[] several = [.. shared.Select(passes => PassTimer.Shared(passes.Pass))];

        using HugeMemory read = new(weights.Layer.WeightBytes), results = new(options.Workers * ResultLength * sizeof(float));
        nint length = (nint)(weights.Layer.WeightBytes / sizeof(float));
        var width = Width.Of(options.Kernels);
        var peakOfOne = PassTimer.Shared(() => width.RunPeak(WeightPrecision.Fp32, results.Pointer), team);
        var peak = PassTimer.Shared(
            () => team.Run(part => width.RunPeak(WeightPrecision.Fp32, results.Pointer + part * ResultLength)), team);
        var readOfOne = PassTimer.Shared(() => width.Read(read.Pointer, length, ReadAhead), team);
        nint share = length / options.Workers / LanePadding.Units * LanePadding.Units;
        var reads = PassTimer.Shared(() => team.Run(part => width.Read(read.Pointer + part * share, share, ReadAhead)), team);

        Dictionary<ISampled, Timing> timings = Rounds.Run(
            [.. one.Zip(several).SelectMany(pair => (ISampled[])[peakOfOne, peak, readOfOne, reads, pair.First, pair.Second])],
            options.Rounds);
        // Each thread does all of the multiply-adds, but only its share of the reads.
        double peakSpeedUp = timings[peakOfOne].Median / timings[peak].Median * options.Workers;
        double readSpeedUp = timings[readOfOne].Median / timings[reads].Median;
        foreach (SharedLayer passes in alone.Concat(shared))
            passes.Dispose();
        return [.. options.Steps.Select((steps, i) =>
            new HotResult(hidden, steps, timings[one[i]], timings[several[i]], peakSpeedUp, readSpeedUp, areRight[i]))];
    }

    public static bool SameBits(float[] first, float[] second) =>
        MemoryMarshal.Cast<float, int>(first).SequenceEqual(MemoryMarshal.Cast<float, int>(second));
}
