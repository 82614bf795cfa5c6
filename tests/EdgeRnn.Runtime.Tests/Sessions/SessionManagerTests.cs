using EdgeRnn.Runtime.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class SessionManagerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly SessionFixture _runtime = new();

    public void Dispose() => _runtime.Dispose();

    [Fact]
    public void Open_UnknownModel_ListsTheKnownOnes()
    {
        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => _runtime.Open(model: "third"));
        Assert.Equal(RefusalReason.UnknownModel, refusal.Reason);
        Assert.Equal("Model: expected one of first, second, found 'third'", refusal.Message);
    }

    [Fact]
    public void Open_UnknownModelWithALongName_QuotesItsBeginning()
    {
        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => _runtime.Open(model: "\n" + new string('x', 100_000)));
        Assert.Equal($"Model: expected one of first, second, found '\\u{{000A}}{new string('x', 63)}… (100001 characters)'", refusal.Message);
    }

    [Fact]
    public void Open_UnknownModelAmongMany_ListsTheFirstSixteen()
    {
        using var runtime = new SessionFixture(models: 19);
        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => runtime.Open(model: "third"));
        Assert.EndsWith("model16, model17, … (19 models), found 'third'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("one of first, model03, model04,", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoModelNamedAmongSeveral_IsRefused() =>
        Assert.Equal(RefusalReason.UnknownModel, Assert.Throws<SessionRefusedException>(() => _runtime.Open(model: "")).Reason);

    [Theory]
    [InlineData(0, 100, 1, "BlockSteps: expected 1 to 16, found 0")]
    [InlineData(17, 100, 1, "BlockSteps: expected 1 to 16, found 17")]
    [InlineData(1, 0, 1, "MaxBlockDelay: expected 1 to 60000, found 0")]
    [InlineData(1, 60_001, 1, "MaxBlockDelay: expected 1 to 60000, found 60001")]
    [InlineData(1, 100, 0, "OutputEvery: expected 1 to 1000000, found 0")]
    public void Open_OptionOutOfRange_NamesFieldRangeAndValue(int steps, int delay, int every, string message)
    {
        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => _runtime.Open(steps, TimeSpan.FromMilliseconds(delay), every));
        Assert.Equal((RefusalReason.InvalidOption, message), (refusal.Reason, refusal.Message));
    }

    [Fact]
    public void Open_MoreThanMaxSessions_IsRefusedUntilTheEndOfOneIsDelivered()
    {
        StreamSession[] sessions = [_runtime.Open(), _runtime.Open(), _runtime.Open()];
        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => _runtime.Open());
        Assert.Equal((RefusalReason.TooManySessions, "Sessions: expected at most 3 open, found 4 with this one"), (refusal.Reason, refusal.Message));
        sessions[1].Finish(SessionEnd.EndOfInput);
        Assert.Equal(RefusalReason.TooManySessions, Assert.Throws<SessionRefusedException>(() => _runtime.Open()).Reason);
        Deliver(sessions[1]);
        Assert.NotEqual(sessions[0].Id, _runtime.Open().Id);
    }

    [Fact]
    public async Task IdleTimeout_NothingReceivedOrDelivered_EndsTheSession()
    {
        StreamSession idle = _runtime.Open(), active = _runtime.Open();
        for (int i = 0; i < 3; i++)
        {
            _runtime.Time.Advance(_runtime.Options.IdleTimeout / 2);
            await active.WriteAsync(Bytes(SamplePackages.Frames(1, seed: i)));
            _runtime.RunPasses();
            Deliver(active);
        }

        Delivered end = Assert.Single(Deliver(idle));
        Assert.Equal((OutletItemKind.End, SessionEnd.IdleTimeout), (end.Kind, end.End));
        Assert.Equal("nothing was received or delivered for 300 s", end.Message);
        Assert.Null(active.End);
    }

    [Fact]
    public async Task IdleTimeout_ProcessThatWasStopped_EndsNobodyWhoWasSending()
    {
        StreamSession session = _runtime.Open();
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 1)));
        _runtime.Time.Stop(_runtime.Options.IdleTimeout * 3);
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(session.End);

        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 2)));
        _runtime.Time.Advance(_runtime.Options.IdleTimeout * 0.95);
        Assert.Null(session.End);
        _runtime.Time.Advance(_runtime.Options.IdleTimeout * 0.2);
        Assert.Equal(SessionEnd.IdleTimeout, session.End);
    }

    [Fact]
    public async Task IdleTimeout_SlowReader_CountsFromTheLastDelivery()
    {
        StreamSession session = _runtime.Open(blockSteps: 1);
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 1)));
        _runtime.RunPasses();
        _runtime.Time.Advance(_runtime.Options.IdleTimeout * 0.75);
        Assert.Equal(OutletItemKind.Result, Assert.Single(Deliver(session)).Kind);
        _runtime.Time.Advance(_runtime.Options.IdleTimeout * 0.75);
        Assert.Null(session.End);
        _runtime.Time.Advance(_runtime.Options.IdleTimeout * 0.5);
        Assert.Equal(SessionEnd.IdleTimeout, session.End);
    }

    [Fact]
    public async Task DrainAsync_FramesWaiting_AreAnsweredBeforeTheEnd()
    {
        StreamSession session = _runtime.Open(blockSteps: 4);
        await session.WriteAsync(Bytes(SamplePackages.Frames(3, seed: 1)));

        Task drained = _runtime.Manager.DrainAsync();
        Assert.False(drained.IsCompleted);
        Assert.Equal(RefusalReason.Draining, Assert.Throws<SessionRefusedException>(() => _runtime.Open()).Reason);
        _runtime.RunPasses();
        Assert.False(drained.IsCompleted);
        List<Delivered> items = Deliver(session);
        await drained.WaitAsync(Patience);

        Assert.Equal([OutletItemKind.Draining, OutletItemKind.Result, OutletItemKind.End], items.Select(item => item.Kind));
        Assert.Equal("the server is shutting down: it takes no more frames and answers those it has accepted", items[0].Message);
        Assert.Equal((SessionEnd.Shutdown, "the server is shutting down; every accepted frame was answered"), (items[2].End, items[2].Message));
        Assert.Equal((3, 3), (session.FramesAccepted, session.FramesComputed));
    }

    [Fact]
    public async Task DrainAsync_NotDrainedInTime_IsCutShort()
    {
        StreamSession session = _runtime.Open(blockSteps: 4);
        await session.WriteAsync(Bytes(SamplePackages.Frames(3, seed: 1)));
        Task drained = _runtime.Manager.DrainAsync();
        _runtime.Time.Advance(_runtime.Options.DrainTimeout);
        await drained.WaitAsync(Patience);
        Assert.True(session.Aborted.IsCancellationRequested);
        Assert.Equal((3, 0, SessionEnd.Shutdown), (session.FramesAccepted, session.FramesComputed, session.End));
    }

    [Fact]
    public async Task DrainAsync_ComputedButNotDeliveredInTime_IsAShutdownToo()
    {
        StreamSession session = _runtime.Open(blockSteps: 2);
        await session.WriteAsync(Bytes(SamplePackages.Frames(2, seed: 1)));
        session.Finish(SessionEnd.EndOfInput);
        _runtime.RunPasses();
        Task drained = _runtime.Manager.DrainAsync();
        _runtime.Time.Advance(_runtime.Options.DrainTimeout);
        await drained.WaitAsync(Patience);
        Assert.Equal(SessionEnd.Shutdown, session.End);
        Assert.True(session.Aborted.IsCancellationRequested);
    }

    [Fact]
    public async Task DrainAsync_NoSessions_IsDoneAtOnce() => await _runtime.Manager.DrainAsync().WaitAsync(Patience);

    [Fact]
    public async Task DrainAsync_BegunWhileASessionIsBeingRefused_IsDoneWhenItsPlaceIsGivenBack()
    {
        Task? drained = null;
        _runtime.Held = () =>
        {
            drained ??= _runtime.Manager.DrainAsync();
            return SessionFixture.Ceiling;
        };

        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => _runtime.Open());

        Assert.Equal(RefusalReason.Memory, refusal.Reason);
        await drained!.WaitAsync(Patience);
        Assert.Equal(0, _runtime.Manager.ActiveSessions);
    }

    [Fact]
    public void SessionBytes_DefaultOptions_CountsBlocksAndState()
    {
        // Three blocks of 4 steps with 7 inputs and 13 outputs, and the state.
        int blocks = 3 * 4 * (7 + 13) * sizeof(float);
        Assert.Equal(blocks + _runtime.Model("first").StateBytes, _runtime.Manager.SessionBytes(_runtime.Model("first")));
    }
}
