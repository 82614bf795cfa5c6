using EdgeRnn.Cli.Simulation;
using EdgeRnn.Client;

namespace EdgeRnn.Cli.Demo;

/// <summary>Totals of a demo run.</summary>
internal sealed class DemoStatistics
{
    private const int Second = (int)MachineSimulator.FrameRate;

    public long Frames { get; private set; }

    /// <summary>Frames after the first second, which the model needs to get to know the machine.</summary>
    public long FramesJudged { get; private set; }

    /// <summary>Judged frames whose state was recognized.</summary>
    public long FramesRight { get; private set; }

    /// <summary>Judged frames that were not recognized within a second after a change of state.</summary>
    public long FramesWrongAfterChange { get; private set; }

    public long Blocks { get; private set; }

    public Percentiles BlockWait { get; } = new();

    public Percentiles Queue { get; } = new();

    public Percentiles Compute { get; } = new();

    public Percentiles RoundTrip { get; } = new();

    public void Add(InferenceResult result, TimeSpan roundTrip, IEnumerable<DemoMoment> moments)
    {
        Blocks++;
        Frames += result.Count;
        BlockWait.Add(result.BlockWait);
        Queue.Add(result.Queue);
        Compute.Add(result.Compute);
        RoundTrip.Add(roundTrip);
        foreach (DemoMoment moment in moments.Where(moment => moment.Frame >= Second))
        {
            FramesJudged++;
            if (moment.IsRight)
                FramesRight++;
            else if (moment.Since < Second)
                FramesWrongAfterChange++;
        }
    }
}
