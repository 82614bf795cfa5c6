using System.Diagnostics;
using EdgeRnn.Cli.Load;
using EdgeRnn.Protocol.V1;

namespace EdgeRnn.Server.Tests.Cli.Load;

public sealed class LoadTallyTests
{
    private static readonly LoadPlan Plan = new("m", Streams: 4, Rate: 10, FramesPerMessage: 3, TimeSpan.FromSeconds(6), TimeSpan.FromMilliseconds(50), null);

    [Fact]
    public void DueAt_OfAllStreams_IsEvenlySpaced()
    {
        long[] due = [.. Enumerable.Range(0, 8).Select(n => Plan.DueAt(n % 4, n / 4))];
        Assert.Equal([0, 75, 150, 225, 300, 375, 450, 525], due.Select(ticks => ticks * 1000 / Stopwatch.Frequency));
        Assert.Equal(80, Plan.Messages);
        Assert.Equal(Plan.DueAt(1, 2), Plan.FrameDueAt(1, 8));
    }

    [Fact]
    public void Add_ResultsOfKnownDelay_MeasuresThatDelay()
    {
        var tally = new LoadTally(Plan, start: 1000);
        for (int i = 0; i < 1000; i++)
            tally.Add(2, Result(frame: 3 * i), 1000 + Plan.DueAt(2, i) + Ms(i + 1));

        LatencyReport latency = tally.Latency();
        AssertNear(500, latency.P50);
        AssertNear(900, latency.P90);
        AssertNear(990, latency.P99);
        AssertNear(999, latency.P999);
        AssertNear(1000, latency.Max);
        Assert.Equal(3000, tally.Answered);
        Assert.Equal(3 * 950, tally.Misses);
        Assert.Equal(1000, tally.BlockSteps[3]);
    }

    [Fact]
    public void AddUnanswered_Frames_CountTheTimeUntilNow()
    {
        var tally = new LoadTally(Plan, start: 0);
        tally.AddUnanswered(0, message: 1, frames: 2, now: Plan.DueAt(0, 1) + Ms(70));

        AssertNear(70, tally.Latency().P50);
        Assert.Equal((0, 2), (tally.Answered, tally.Misses));
    }

    private static Result Result(int frame) => new() { FirstIndex = (ulong)frame, Count = 3, BlockSteps = 3 };

    private static long Ms(int milliseconds) => milliseconds * Stopwatch.Frequency / 1000;

    private static void AssertNear(double expected, double found) => Assert.InRange(found, expected * .999, expected * 1.001);
}
