using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class LatencyBudgetTests : IDisposable
{
    private static readonly SessionRequest Budget = new("first", LatencyBudget: TimeSpan.FromMilliseconds(80));
    private readonly SessionFixture _runtime = new(options =>
    {
        options.MaxSessions = 20;
        options.Workers = 1;
    });

    public void Dispose() => _runtime.Dispose();

    [Theory]
    [InlineData(0, 70)]
    [InlineData(7, 63)]
    public async Task Efficiency_OneStream_WaitsAsLongAsItsPassAndTheReserveAllow(int pass, int wait)
    {
        StreamSession session = _runtime.WithCost(_ => pass * 1e-3).Open(Budget);
        await WriteAsync(session, 1);
        Advance(wait - 0.1);
        Assert.False(_runtime.Executor.TryRunNext());
        Advance(0.2);
        Assert.True(_runtime.Executor.TryRunNext());
        Assert.Equal(BlockReason.Delay, Assert.Single(Deliver(session)).Reason);
    }

    /// <summary>Pauses of the machine are likely then, and the time that a block does not wait absorbs them.</summary>
    [Fact]
    public async Task Efficiency_ManySessionsJustOpened_DoesNotWait()
    {
        StreamSession session = _runtime.WithCost(_ => 0).Open(Budget);
        for (int i = 1; i <= 16; i++)
            _runtime.Open(Budget);
        await WriteAsync(session, 1);
        Assert.True(_runtime.Executor.TryRunNext());

        Advance(60_000);
        await WriteAsync(session, 1);
        Advance(60);
        Assert.False(_runtime.Executor.TryRunNext());
    }

    [Fact]
    public async Task Efficiency_RegularFrames_AreComputedInTheLargestBlocks()
    {
        StreamSession session = _runtime.WithCost(_ => 5e-3).Open(Budget with { FrameRateHz = 100 });
        int passes = 0;
        for (int i = 0; i < 200; i++)
        {
            await WriteAsync(session, 1);
            Advance(10);
            passes += _runtime.Executor.TryRunNext() ? 1 : 0;
            Assert.All(Deliver(session), result => Assert.Equal(7, result.Steps));
        }

        // 80 ms less 5 for the pass and 10 in reserve: seven frames.
        Assert.Equal(28, passes);
    }

    [Theory]
    [InlineData(1, false, true)]
    // Frames have come two at a time: the next may come at once, too.
    [InlineData(2, false, false)]
    // Frames of another session wait: their pass may be shared.
    [InlineData(1, true, false)]
    public async Task Efficiency_NoFrameCanBeExpectedInTime_DoesNotWaitForOne(int messagesAtOnce, bool othersWait, bool isDue)
    {
        StreamSession session = _runtime.WithCost(_ => 0).Open(Budget), other = _runtime.Open(Budget);
        for (int i = 0; i < 3; i++)
        {
            if (i > 0)
                Advance(30);
            for (int message = 0; message < messagesAtOnce; message++)
                await WriteAsync(session, 1);
            if (othersWait && i == 1)
                await WriteAsync(other, 1);
        }

        // At 60 of 80 ms, and 10 are kept in reserve.
        Assert.Equal(isDue, _runtime.Executor.TryRunNext());
    }

    [Fact]
    public async Task Efficiency_BurstBeyondTheRate_IsDueEarlier()
    {
        // 2 ms each: 80 ms allow 20 frames, of which 4 are expected.
        StreamSession session = _runtime.WithCost(columns => columns * 2e-3).Open(Budget with { FrameRateHz = 40, BlockSteps = 16 });
        await WriteAsync(session, 1);
        Advance(30);
        await WriteAsync(session, 12);
        Advance(9);
        Assert.True(_runtime.Executor.TryRunNext());
        Assert.Equal(13, Assert.Single(Deliver(session)).Steps);
    }

    [Fact]
    public async Task Latency_IdleWorker_ComputesEachFrameAtOnce()
    {
        StreamSession session = _runtime.Open(Budget with { Objective = LatencyObjective.Latency });
        for (int i = 0; i < 5; i++)
        {
            await WriteAsync(session, 1);
            Assert.True(_runtime.Executor.TryRunNext());
            Assert.Equal(1, Assert.Single(Deliver(session)).Steps);
        }
    }

    [Fact]
    public async Task Latency_BusyWorker_TakesWhatHasGathered()
    {
        StreamSession session = _runtime.Open(Budget with { Objective = LatencyObjective.Latency });
        for (int i = 0; i < 6; i++)
        {
            await WriteAsync(session, 1);
            Advance(1);
        }

        Assert.True(_runtime.Executor.TryRunNext());
        Assert.True(session.Outlet.TryRead(out OutletItem item));
        Assert.Equal((6, 0, 6), (item.Block!.Steps, item.Block.BlockWait.TotalMilliseconds, item.Block.QueueTime.TotalMilliseconds));
    }

    [Fact]
    public async Task Result_WithABudget_TellsWhatWasLeftOfIt()
    {
        StreamSession session = _runtime.Open(Budget);
        await WriteAsync(session, 1);
        Advance(72);
        _runtime.RunPasses();
        await WriteAsync(session, 1);
        Advance(83);
        _runtime.RunPasses();

        Assert.Equal([8, -3], Margins(session));
    }

    [Fact]
    public async Task Result_WithoutABudget_TellsNone()
    {
        StreamSession session = _runtime.Open(blockSteps: 1);
        await WriteAsync(session, 1);
        _runtime.RunPasses();
        Assert.True(session.Outlet.TryRead(out OutletItem item));
        Assert.Null(item.Block!.BudgetMargin);
    }

    [Fact]
    public void Open_BudgetShorterThanAPass_IsRefusedWithWhatCanBeKept()
    {
        _runtime.WithCost(_ => 84e-3);
        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => _runtime.Open(Budget with { FrameRateHz = 1 }));
        Assert.Equal(RefusalReason.BudgetTooShort, refusal.Reason);
        Assert.Equal("LatencyBudget: expected at least 96, what this machine can keep, found 80", refusal.Message);
    }

    [Fact]
    public void Open_Budget_BoundsTheBlockByWhatAPassMayTake()
    {
        _runtime.WithCost(columns => columns * 8e-3);
        Assert.Equal(5, _runtime.Open(Budget with { FrameRateHz = 10 }).Options.BlockSteps);
    }

    public static TheoryData<object, string> Wrong => new()
    {
        { Budget with { LatencyBudget = TimeSpan.Zero }, "LatencyBudget: expected 1 to 60000, found 0" },
        { Budget with { LatencyBudget = TimeSpan.FromMinutes(2) }, "LatencyBudget: expected 1 to 60000, found 120000" },
        { Budget with { MaxBlockDelay = TimeSpan.FromSeconds(1) }, "MaxBlockDelay: expected none beside LatencyBudget, found 1000" },
        { new SessionRequest("first", Objective: LatencyObjective.Latency), "Objective: expected none without LatencyBudget, found one" },
        { new SessionRequest("first", FrameRateHz: 0), "FrameRateHz: expected above 0, to 1000000, found 0" },
        { new SessionRequest("first", FrameRateHz: double.NaN), "FrameRateHz: expected above 0, to 1000000, found NaN" },
        { new SessionRequest("first", FrameRateHz: 1_000_001), "FrameRateHz: expected above 0, to 1000000, found 1000001" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Open_OptionsThatDoNotGoTogether_NameFieldExpectedAndFound(object request, string message)
    {
        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => _runtime.Open((SessionRequest)request));
        Assert.Equal((RefusalReason.InvalidOption, message), (refusal.Reason, refusal.Message));
    }

    [Fact]
    public async Task Worker_BlockThatIsDueLater_WakesUpForIt()
    {
        using var pool = new WorkerPool(_runtime.Dispatcher, _runtime.Options, _runtime.Metrics, _runtime.Time,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<WorkerPool>.Instance);
        StreamSession session = _runtime.Open(Budget);
        for (int i = 0; i < 3; i++)
        {
            // Two at once, so that another one may be expected at any time.
            for (int message = 0; message < 2; message++)
                await WriteAsync(session, 1);
            Task delivered = session.Outlet.WaitToReadAsync().AsTask();
            Assert.False(delivered.IsCompleted);
            // The worker may begin to wait only after time has moved on: then it finds the block due.
            Advance(71);
            await delivered.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(2, Assert.Single(Deliver(session)).Steps);
        }
    }

    private static async Task WriteAsync(StreamSession session, int frames) =>
        await session.WriteAsync(Bytes(SamplePackages.Frames(frames, seed: frames)));

    private static IEnumerable<double> Margins(StreamSession session)
    {
        while (session.Outlet.TryRead(out OutletItem item))
        {
            yield return item.Block!.BudgetMargin!.Value.TotalMilliseconds;
            item.Block.Release();
        }
    }

    private void Advance(double milliseconds) => _runtime.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
