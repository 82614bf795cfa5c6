using EdgeRnn.Protocol.V1;
using EdgeRnn.Server.Live;

namespace EdgeRnn.Server.Tests.Live;

public sealed class LiveWindowTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1e-5)]
    [InlineData(0.00137)]
    [InlineData(0.1)]
    [InlineData(59)]
    public void IndexOf_Duration_IsTheBucketThatHoldsIt(double seconds)
    {
        int index = LatencyBuckets.IndexOf(seconds);
        Assert.True(seconds <= LatencyBuckets.UpperBound(index) * (1 + 1e-12));
        Assert.True(index == 0 || seconds > LatencyBuckets.UpperBound(index - 1) * (1 - 1e-12));
        Assert.True(LatencyBuckets.UpperBound(index + 1) < LatencyBuckets.UpperBound(index) * 1.1);
    }

    [Fact]
    public void IndexOf_BeyondTheRange_IsTheLastBucket() => Assert.Equal(LatencyBuckets.Count - 1, LatencyBuckets.IndexOf(1e9));

    [Fact]
    public void Percentile_OfCounts_IsTheUpperBoundOfItsBucket()
    {
        long[] counts = new long[LatencyBuckets.Count];
        (counts[10], counts[20], counts[30]) = (50, 49, 1);
        Assert.Equal(LatencyBuckets.UpperBound(10), LatencyBuckets.Percentile(counts, 0.5));
        Assert.Equal(LatencyBuckets.UpperBound(20), LatencyBuckets.Percentile(counts, 0.99));
        Assert.Equal(LatencyBuckets.UpperBound(30), LatencyBuckets.Percentile(counts, 1));
        Assert.Null(LatencyBuckets.Percentile(new long[LatencyBuckets.Count], 0.5));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 3, 4)]
    [InlineData(4, 3, 4)]
    [InlineData(5, 5, 8)]
    [InlineData(4096, 2049, 4096)]
    public void Blocks_OfASize_AreInTheRangeThatHoldsIt(int steps, int from, int to)
    {
        var slot = new LiveSlot();
        slot.Add(new Result { BlockSteps = (uint)steps });
        LiveBlocks last = slot.Blocks()[^1];
        Assert.Equal((from, to, 1L), (last.From, last.To, last.Count));
    }

    [Fact]
    public void Sum_AfterTheWindowHasPassed_IsEmpty()
    {
        var window = new LiveWindow();
        window.Current.Add(LiveCount.Computed, 7);
        for (int second = 0; second < 175; second++)
            window.Tick();
        window.Current.Add(LiveCount.Computed, 5);
        Assert.Equal(12, window.Sum()[LiveCount.Computed]);
        for (int second = 0; second < 5; second++)
            window.Tick();
        Assert.Equal(5, window.Sum()[LiveCount.Computed]);
        Assert.Equal(180, window.Seconds);
    }

    [Fact]
    public void Passes_OfSharedBlocks_CountEachPassOnce()
    {
        var slot = new LiveSlot();
        for (int i = 0; i < 3; i++)
            slot.Add(new Result { BlockSteps = 7, PassSessions = 3 });
        slot.Add(new Result { BlockSteps = 5, PassSessions = 1 });
        Assert.Equal((2.0, 13.0), (slot.Passes().SessionsPerPass, slot.Passes().FramesPerPass));
    }

    [Fact]
    public void Add_BlocksWithAndWithoutBudget_CountsMissesOverThoseWithOne()
    {
        var slot = new LiveSlot();
        slot.Add(new Result { BlockSteps = 1 });
        slot.Add(new Result { BlockSteps = 1, BudgetMarginNs = 0 });
        slot.Add(new Result { BlockSteps = 1, BudgetMarginNs = -1 });
        Assert.Equal((3, 2, 1), (slot[LiveCount.Blocks], slot[LiveCount.BudgetBlocks], slot[LiveCount.BudgetMisses]));
    }

    [Fact]
    public void Points_BeyondAQuarterOfAnHour_AreTheNewest()
    {
        var history = new History<int>();
        for (int i = 0; i < 183; i++)
            history.Add(i);
        Assert.Equal(Enumerable.Range(3, 180), history.Points);
    }
}
