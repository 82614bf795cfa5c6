using System.Diagnostics;

namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>Times a pass of several threads by the time that passes, repeated until a sample lasts about a millisecond.</summary>
/// <param name="pass">One pass.</param>
/// <param name="team">Threads that spin meanwhile; null where the pass wakes its own.</param>
internal sealed class WallTimer(Action pass, ThreadTeam? team = null) : ISampled
{
    // Before the sample as long as it takes to wake a thread and to fill the caches.
    private static readonly TimeSpan WarmTime = TimeSpan.FromMicroseconds(300), SampleTime = TimeSpan.FromMilliseconds(1);

    private int _repetitions = 1;

    public double Sample()
    {
        team?.BeginSample();
        long start = Stopwatch.GetTimestamp();
        do pass();
        while (Stopwatch.GetElapsedTime(start) < WarmTime);
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < _repetitions; i++) pass();
        TimeSpan mean = Stopwatch.GetElapsedTime(start) / _repetitions;
        team?.EndSample();
        _repetitions = Math.Max(1, (int)(SampleTime / mean));
        return mean.TotalSeconds;
    }
}
