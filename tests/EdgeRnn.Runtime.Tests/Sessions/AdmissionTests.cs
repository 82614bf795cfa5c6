using EdgeRnn.Runtime.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class AdmissionTests
{
    private static readonly SessionRequest Fast = new("first", BlockSteps: 4, FrameRateHz: 100);

    [Fact]
    public void Open_MoreThanTheWorkersCarry_IsRefusedUntilOneEnds()
    {
        // Each reads 25 blocks a second of 10 ms: a quarter of a worker, without sharing.
        using SessionFixture runtime = Fixture(options => options.SharePasses = false).WithCost(_ => 10e-3);
        StreamSession[] sessions = [.. Enumerable.Range(0, 3).Select(_ => runtime.Open(Fast))];

        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => runtime.Open(Fast));
        Assert.Equal(RefusalReason.OverCapacity, refusal.Reason);
        Assert.Equal("Capacity: expected sessions that need at most 0.9 workers of 1, found 1 with this one of 100 frames/s", refusal.Message);
        Assert.Equal(3, runtime.Manager.ActiveSessions);

        sessions[1].Abort(SessionEnd.ClientCancelled);
        Deliver(sessions[1]);
        runtime.Open(Fast);
    }

    [Fact]
    public void Open_PassesThatAreShared_CarryMore()
    {
        // Sixteen columns cost as much as one: half of what could share a pass is counted on, 8 columns of at most 16.
        using SessionFixture runtime = Fixture().WithCost(_ => 10e-3);
        for (int i = 0; i < 7; i++)
            runtime.Open(Fast);
        Assert.Equal(RefusalReason.OverCapacity, Assert.Throws<SessionRefusedException>(() => runtime.Open(Fast)).Reason);
    }

    [Fact]
    public void Open_ShortBudgetAmongTheSessions_BoundsThePassesThatCanBeShared()
    {
        // Columns cost 1 ms each beyond the first eight. A budget of 16 ms allows passes of 8 columns: 4 are counted on.
        using SessionFixture runtime = Fixture().WithCost(columns => Math.Max(8, columns) * 1e-3);
        runtime.Open(new SessionRequest("first", LatencyBudget: TimeSpan.FromMilliseconds(16), FrameRateHz: 1));
        for (int i = 0; i < 4; i++)
            runtime.Open(Fast);
        Assert.Equal(RefusalReason.OverCapacity, Assert.Throws<SessionRefusedException>(() => runtime.Open(Fast)).Reason);
    }

    [Fact]
    public void Open_OtherModelsSessions_CountToo()
    {
        using SessionFixture runtime = Fixture(options => options.SharePasses = false).WithCost(_ => 10e-3).WithCost(_ => 10e-3, "second");
        for (int i = 0; i < 3; i++)
            runtime.Open(Fast);
        Assert.Equal(RefusalReason.OverCapacity,
            Assert.Throws<SessionRefusedException>(() => runtime.Open(Fast with { Model = "second" })).Reason);
    }

    [Fact]
    public void Open_OverCapacityWhereItIsOnlyWarned_TellsTheClient()
    {
        using SessionFixture runtime = Fixture(options => options.Admission = AdmissionMode.Warn).WithCost(_ => 10);
        StreamSession session = runtime.Open(Fast);
        Delivered notice = Assert.Single(Deliver(session));
        Assert.Equal(OutletItemKind.OverCapacity, notice.Kind);
        Assert.StartsWith("Capacity: expected", notice.Message, StringComparison.Ordinal);
    }

    private static SessionFixture Fixture(Action<RuntimeOptions>? configure = null) => new(options =>
    {
        options.Workers = 1;
        options.MaxSessions = 100;
        configure?.Invoke(options);
    });
}
