namespace EdgeRnn.Benchmarks.Measuring;

/// <summary>Times a pass that runs in this process, repeated until a sample lasts about a millisecond.</summary>
/// <param name="pass">One pass.</param>
/// <param name="hot">Whether a pass that is not timed goes first, because others used the caches since the last sample.</param>
internal sealed class PassTimer(Action pass, bool hot) : ISampled
{
    private const double SampleSeconds = 1e-3;

    private int _repetitions;

    public double Sample()
    {
        if (_repetitions == 0) _repetitions = ChooseRepetitions();
        if (hot) pass();
        return Time(_repetitions) / _repetitions;
    }

    private int ChooseRepetitions()
    {
        int repetitions = 1;
        while (true)
        {
            double seconds = Time(repetitions);
            if (seconds >= SampleSeconds / 2) return Math.Max(1, (int)(SampleSeconds / seconds * repetitions));
            repetitions *= 2;
        }
    }

    private double Time(int repetitions)
    {
        double start = ThreadClock.Seconds;
        for (int i = 0; i < repetitions; i++) pass();
        return ThreadClock.Seconds - start;
    }
}
