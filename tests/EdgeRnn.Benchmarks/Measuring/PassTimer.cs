namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>Times a pass that runs in this process, repeated until a sample lasts about a millisecond.</summary>
/// <param name="pass">One pass.</param>
/// <param name="hot">Whether a pass that is not timed goes first, because others used the caches since the last sample.</param>
internal sealed class PassTimer(Action pass, bool hot) : ISampled
{
    private const double SampleSeconds = 1e-3;

    private int _repetitions = 1;

    public double Sample()
    {
        if (hot) pass();
        double start = ThreadClock.Seconds;
        for (int i = 0; i < _repetitions; i++) pass();
        double seconds = (ThreadClock.Seconds - start) / _repetitions;
        // Anew each time: the first passes take longer, because the JIT compiles them.
        _repetitions = Math.Max(1, (int)(SampleSeconds / seconds));
        return seconds;
    }
}
