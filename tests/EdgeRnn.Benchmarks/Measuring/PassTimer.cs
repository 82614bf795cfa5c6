using System.Diagnostics;

namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>Times a pass that runs in this process, repeated until a sample lasts about a millisecond.</summary>
/// <param name="pass">One pass.</param>
/// <param name="hot">Whether untimed passes run first, because others used the caches since the last sample.</param>
/// <param name="clock">Gives seconds; null: the thread's processor time, for a pass of one thread.</param>
/// <param name="team">Threads that spin during a sample; null if the pass has one thread or wakes its own.</param>
internal sealed class PassTimer(Action pass, bool hot, Func<double>? clock = null, ThreadTeam? team = null) : ISampled
{
    // The time to wake a thread and to fill the caches, then the time of a sample.
    private const double WarmSeconds = 300e-6, SampleSeconds = 1e-3;

    private readonly Func<double> _clock = clock ?? (() => ThreadClock.Seconds);
    private int _repetitions = 1;

    /// <summary>A pass of several threads, in wall time.</summary>
    /// <inheritdoc cref="PassTimer"/>
    public static PassTimer Shared(Action pass, ThreadTeam? team = null) =>
        new(pass, hot: true, () => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency, team);

    public double Sample()
    {
        team?.BeginSample();
        double start = _clock();
        if (hot)
        {
            do
                pass();
            while (_clock() - start < WarmSeconds);
            start = _clock();
        }

        for (int i = 0; i < _repetitions; i++)
            pass();
        double seconds = (_clock() - start) / _repetitions;
        team?.EndSample();
        // Adjusted after each sample: the first passes take longer, because the JIT compiles them.
        _repetitions = Math.Max(1, (int)(SampleSeconds / seconds));
        return seconds;
    }
}
