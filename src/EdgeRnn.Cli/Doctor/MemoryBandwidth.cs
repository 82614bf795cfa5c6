using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeRnn.Cli.Doctor;

/// <summary>Measures how fast one thread reads memory, which bounds a weight pass if the weights do not fit the caches.</summary>
internal static class MemoryBandwidth
{
    private const int Rounds = 5;
    private const long MinBytes = 64 << 20;
    private const long MaxBytes = 512 << 20;

    /// <summary>The best of several rounds over memory four times the size of the largest cache.</summary>
    /// <param name="maxCache">Bytes.</param>
    /// <returns>Bytes per second.</returns>
    public static double Measure(long maxCache)
    {
        float[] memory = new float[Math.Clamp(maxCache * 4, MinBytes, MaxBytes) / sizeof(float)];
        // Written first: the system maps pages when they are first touched.
        memory.AsSpan().Fill(1);
        TimeSpan best = TimeSpan.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            float sum = Sum(memory);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            if (sum > 0 && elapsed < best)
                best = elapsed;
        }

        return memory.Length * (double)sizeof(float) / best.TotalSeconds;
    }

    /// <summary>Four sums side by side, so that memory is the bottleneck and not the latency of additions.</summary>
    private static float Sum(ReadOnlySpan<float> memory)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(memory);
        Vector<float> a = default, b = default, c = default, d = default;
        for (int i = 0; i + 3 < vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        return Vector.Sum(a + b + c + d);
    }
}
