using System.Diagnostics;

namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>Times a pass that runs in this process, repeated until a sample lasts about a millisecond.</summary>
/// <param name="pass">One pass.</param>
/// <param name="hot">Whether a pass that is not timed goes first, because others used the caches since the last sample.</param>
/// <param name="team">Who shares the pass; null for the calling thread alone.</param>
internal sealed class PassTimer(Action pass, bool hot, ThreadTeam? team = null) : ISampled
{
    private const double SampleSeconds = 1e-3;

    private readonly bool _isShared = team?.Count > 1;
    private int _repetitions = 1;

    public double Sample()
    {
        team?.BeginSample();
        if (hot) pass();
        double start = Now();
        for (int i = 0; i < _repetitions; i++) pass();
        double seconds = (Now() - start) / _repetitions;
        team?.EndSample();
        // Anew each time: the first passes take longer, because the JIT compiles them.
        _repetitions = Math.Max(1, (int)(SampleSeconds / seconds));
        return seconds;
    }

    // Several threads' time is that which passes for all of them; that of one is its own.
    private double Now() => _isShared ? Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency : ThreadClock.Seconds;
}
