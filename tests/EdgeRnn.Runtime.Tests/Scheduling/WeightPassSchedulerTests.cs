using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Runtime.Tests.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Scheduling;

public sealed class WeightPassSchedulerTests : IDisposable
{
    private readonly SessionFixture _runtime = new(options => options.MaxSessions = 10);
    private readonly WeightPass _pass = new(maxColumns: 10);

    public void Dispose() => _runtime.Dispose();

    [Fact]
    public async Task TryTake_SessionsOfOneModel_ShareThePassInOrder()
    {
        StreamSession[] sessions = [await ReadyAsync(3, "first"), await ReadyAsync(4, "second"), await ReadyAsync(5, "first")];
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        Assert.Equal([sessions[0], sessions[2]], Sessions(_pass));
        Assert.Equal(8, _pass.Columns);
        _pass.Clear();
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        Assert.Equal([sessions[1]], Sessions(_pass));
        _pass.Clear();
        Assert.False(_runtime.Dispatcher.TryTake(_pass));
    }

    [Fact]
    public async Task TryTake_MoreThanMaxColumns_LeavesTheRestForTheNextPass()
    {
        StreamSession[] sessions = [await ReadyAsync(6, "first"), await ReadyAsync(5, "first"), await ReadyAsync(1, "first")];
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        // The third would fit, but overtaking the second could starve it.
        Assert.Equal([sessions[0]], Sessions(_pass));
        _pass.Clear();
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        Assert.Equal([sessions[1], sessions[2]], Sessions(_pass));
    }

    [Fact]
    public async Task TryTake_SecondBlockOfASession_WaitsForTheFirst()
    {
        StreamSession session = _runtime.Open(blockSteps: 2);
        await session.WriteAsync(Bytes(SamplePackages.Frames(4, seed: 1)));
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        Assert.Equal(2, _pass.Columns);
        Assert.False(_runtime.Dispatcher.TryTake(new WeightPass(10)));
        _pass.Blocks[0].Complete(succeeded: true);
        _pass.Clear();
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
    }

    [Fact]
    public async Task TryTake_SeveralModels_BeginsWithTheEarliestDeadline()
    {
        StreamSession late = Open("first", budget: 500), early = Open("second", budget: 300), none = _runtime.Open(1, model: "first");
        foreach (StreamSession session in (StreamSession[])[late, early, none])
            await WriteAsync(session, 1);
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(499));

        // The one without a budget has its deadline 100 ms after it was full.
        Assert.Equal([none, late], Take());
        Assert.Equal([early], Take());
    }

    [Fact]
    public async Task TryTake_BlocksThatWaitedForMoreThanHalf_JoinThePassOfOneThatIsDue()
    {
        StreamSession due = Open(), half = Open(), young = Open();
        await WriteAsync(due, 1);
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(34));
        await WriteAsync(half, 2);
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(2));
        await WriteAsync(young, 1);
        // 80 ms of budget are 70 of waiting.
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(34));

        Assert.Equal([due, half], Take());
        Assert.Equal([], Take());
    }

    [Fact]
    public async Task TryTake_FixedBlockThatIsFilling_IsLeftAlone()
    {
        StreamSession due = Open(), fixedBlocks = _runtime.Open(blockSteps: 4);
        await WriteAsync(fixedBlocks, 3);
        await WriteAsync(due, 1);
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(70));
        Assert.Equal([due], Take());
    }

    [Fact]
    public async Task TryTake_ColumnsThatCostTooMuch_LeaveTheMostUrgentBlockHalfOfItsSpareTime()
    {
        // 5 ms a column. The urgent one has 45 ms left, of which it needs 5: 20 ms more make 5 columns.
        _runtime.WithCost(columns => columns * 5e-3);
        StreamSession urgent = Open(steps: 4);
        await WriteAsync(urgent, 1);
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(35));
        StreamSession[] others = [await ReadyAsync(3, "first"), await ReadyAsync(3, "first")];
        urgent.Flush();

        Assert.Equal([urgent, others[0]], Take());
        Assert.Equal([others[1]], Take());
    }

    [Fact]
    public async Task TryTake_MostUrgentBlockIsLateAnyhow_TakesAsManyAsFit()
    {
        _runtime.WithCost(columns => columns * 5e-3);
        StreamSession urgent = Open(steps: 4);
        await WriteAsync(urgent, 1);
        StreamSession[] others = [await ReadyAsync(3, "first"), await ReadyAsync(3, "first")];
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(78));
        Assert.Equal([urgent, .. others], Take());
    }

    [Fact]
    public async Task TryTake_WithoutSharing_HasOneBlockPerPass()
    {
        using var runtime = new SessionFixture(options => options.SharePasses = false);
        StreamSession[] sessions = [runtime.Open(1), runtime.Open(1)];
        foreach (StreamSession session in sessions)
            await WriteAsync(session, 1);
        runtime.RunPasses();
        Assert.Equal(2, runtime.Executor.Passes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task TryTake_AnyLoad_BeginsWithTheEarliestDeadlineAndForgetsNobody(int seed)
    {
        var random = new Random(seed);
        using var runtime = new SessionFixture(options =>
        {
            options.MaxSessions = 30;
            options.IdleTimeout = TimeSpan.FromDays(1);
        });
        runtime.WithCost(columns => random.NextDouble() * 5e-3).WithCost(columns => columns * 1e-3, "second");
        StreamSession[] sessions = [.. Enumerable.Range(0, 30).Select(i => runtime.Open(random.Next(3) == 0
            ? new SessionRequest(i % 2 == 0 ? "first" : "second", BlockSteps: random.Next(1, 9), OverloadPolicy: OverloadPolicy.Reject)
            : new SessionRequest(i % 2 == 0 ? "first" : "second", BlockSteps: random.Next(1, 11), LatencyBudget: TimeSpan.FromMilliseconds(random.Next(20, 900)),
                OverloadPolicy: OverloadPolicy.Reject, Objective: (LatencyObjective)random.Next(2))))];
        for (int i = 0; i < 2000; i++)
        {
            await WriteAsync(sessions[random.Next(30)], random.Next(1, 4));
            if (random.Next(4) == 0)
                runtime.Time.Advance(TimeSpan.FromMilliseconds(random.Next(60)));
            if (random.Next(3) != 0)
                continue;
            if (!runtime.Dispatcher.TryTake(_pass))
                continue;
            long first = Sessions(_pass)[0].Slot.Times.Deadline;
            long others = sessions.Where(session => session.Slot.Heap == session.Slot.Queue.Ready).Select(session => session.Slot.Times.Deadline)
                .DefaultIfEmpty(long.MaxValue).Min();
            Assert.True(first <= others && _pass.Columns <= _pass.MaxColumns, $"seed {seed}, step {i}");
            Land(runtime);
            foreach (StreamSession session in sessions)
                Deliver(session);
        }

        foreach (StreamSession session in sessions)
            session.Finish(SessionEnd.EndOfInput);
        runtime.RunPasses();
        Assert.All(sessions, session => Assert.Equal(session.FramesAccepted, session.FramesComputed + session.FramesDropped));
    }

    private static async Task WriteAsync(StreamSession session, int frames) =>
        await session.WriteAsync(Bytes(SamplePackages.Frames(frames, seed: frames)));

    private StreamSession Open(string model = "first", int budget = 80, int? steps = null) => _runtime.Open(
        new SessionRequest(model, BlockSteps: steps, LatencyBudget: TimeSpan.FromMilliseconds(budget), FrameRateHz: 1));

    /// <summary>The sessions in the next pass; it lands at once.</summary>
    private StreamSession[] Take()
    {
        if (!_runtime.Dispatcher.TryTake(_pass))
            return [];
        StreamSession[] sessions = Sessions(_pass);
        Land(_runtime);
        return sessions;
    }

    private static StreamSession[] Sessions(WeightPass pass) =>
        [.. pass.Blocks.ToArray().Cast<FrameBlock>().Select(block => block.Session)];

    private void Land(SessionFixture runtime)
    {
        foreach (PassBlock block in _pass.Blocks)
            block.Complete(succeeded: true);
        runtime.Dispatcher.PassCompleted(_pass, TimeSpan.Zero);
        _pass.Clear();
    }

    private async Task<StreamSession> ReadyAsync(int steps, string model)
    {
        StreamSession session = _runtime.Open(steps, model: model);
        await session.WriteAsync(Bytes(SamplePackages.Frames(steps, seed: steps)));
        return session;
    }
}
