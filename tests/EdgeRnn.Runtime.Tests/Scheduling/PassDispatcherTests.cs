using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Runtime.Tests.Sessions;

namespace EdgeRnn.Runtime.Tests.Scheduling;

public sealed class PassDispatcherTests
{
    private const double Short = 10e-6, Long = 100e-6;

    [Fact]
    public async Task Offer_OfAShortPass_IsComputedByItsCaller()
    {
        using SessionFixture fixture = new SessionFixture().WithCost(_ => Short);
        fixture.Dispatcher.LetCallersCompute(fixture.Executor);
        StreamSession session = fixture.Open(blockSteps: 4);
        float[] frames = SamplePackages.Frames(8, seed: 3);

        await session.WriteAsync(SessionFixture.Bytes(frames)).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(2, fixture.Executor.Passes);
        Assert.Equal(fixture.Expected(frames), SessionFixture.Deliver(session).SelectMany(item => item.Outputs));
    }

    [Fact]
    public async Task Offer_OfFewFramesOfALargeBlock_IsComputedByItsCaller()
    {
        // 16 columns would take 160 µs.
        using SessionFixture fixture = new SessionFixture().WithCost(columns => columns * Short);
        fixture.Dispatcher.LetCallersCompute(fixture.Executor);
        StreamSession session = fixture.Open(
            new SessionRequest("first", LatencyBudget: TimeSpan.FromMilliseconds(50), Objective: LatencyObjective.Latency));

        await session.WriteAsync(SessionFixture.Bytes(SamplePackages.Frames(2, seed: 7))).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(1, fixture.Executor.Passes);
    }

    [Theory]
    [InlineData(Long, true)]
    [InlineData(Short, false)]
    public async Task Offer_OfALongPassOrWhereCallersMayNot_WaitsForAWorker(double seconds, bool callersCompute)
    {
        using SessionFixture fixture = new SessionFixture().WithCost(_ => seconds);
        fixture.Dispatcher.LetCallersCompute(fixture.Executor);
        if (!callersCompute)
            fixture.Dispatcher.LetCallersCompute(null);
        StreamSession session = fixture.Open(blockSteps: 4);

        await session.WriteAsync(SessionFixture.Bytes(SamplePackages.Frames(4, seed: 4))).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(0, fixture.Executor.Passes);
        fixture.RunPasses();
        Assert.Equal(1, fixture.Executor.Passes);
    }

    [Fact]
    public async Task TryRunNext_WithALongestPass_TakesNoMoreColumnsThanThat()
    {
        // 8 columns take 80 µs; three blocks of 4 are 12.
        using SessionFixture fixture = new SessionFixture().WithCost(columns => columns * 10e-6);
        byte[] frames = SessionFixture.Bytes(SamplePackages.Frames(4, seed: 6));
        for (int i = 0; i < 3; i++)
            await fixture.Open(blockSteps: 4).WriteAsync(frames).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(fixture.Executor.TryRunNext(maxSeconds: 39e-6));
        Assert.True(fixture.Executor.TryRunNext(maxSeconds: 81e-6));
        Assert.True(fixture.Executor.TryRunNext(maxSeconds: 81e-6));
        Assert.False(fixture.Executor.TryRunNext(maxSeconds: 81e-6));
        Assert.Equal(2, fixture.Executor.Passes);
    }

    [Fact]
    public async Task Offer_BesideABlockThatIsDue_WaitsForAWorker()
    {
        using SessionFixture fixture = new SessionFixture().WithCost(_ => Short);
        StreamSession first = fixture.Open(blockSteps: 4), second = fixture.Open(blockSteps: 4);
        byte[] frames = SessionFixture.Bytes(SamplePackages.Frames(4, seed: 5));
        await first.WriteAsync(frames).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        fixture.Dispatcher.LetCallersCompute(fixture.Executor);

        await second.WriteAsync(frames).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        // A worker is on its way already, and takes both in one pass.
        Assert.Equal(0, fixture.Executor.Passes);
        fixture.RunPasses();
        Assert.Equal(1, fixture.Executor.Passes);
    }
}
