using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeRnn.Cli.Doctor;

/// <summary>Measures how fast one thread reads memory: what bounds a weight pass whose weights are in no cache.</summary>
internal static class MemoryBandwidth
{
    private const int Rounds = 5;
    private const long Smallest = 64 << 20;
    private const long Largest = 512 << 20;

    /// <summary>The best of a few rounds over memory that is several times larger than the caches.</summary>
    /// <param name="maxCache">Bytes.</param>
    /// <returns>Bytes per second.</returns>
    public static double Measure(long maxCache)
    {
        float[] memory = new float[Math.Clamp(maxCache * 4, Smallest, Largest) / sizeof(float)];
        // Written once, or the system has not given it yet.
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

    /// <summary>Several sums side by side, so that it is the memory that is waited for.</summary>
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
