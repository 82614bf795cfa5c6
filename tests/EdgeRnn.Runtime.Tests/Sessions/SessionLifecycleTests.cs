using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class SessionLifecycleTests
{
    private const SessionActions Cut =
        SessionActions.AnnounceEnd | SessionActions.CloseInput | SessionActions.CancelDelivery | SessionActions.WakeWriter;

    [Theory]
    // From, event, idle: to, actions.
    [InlineData(SessionState.Open, SessionEvent.BlockComputed, true, SessionState.Open, SessionActions.None)]
    [InlineData(SessionState.Open, SessionEvent.Finish, false, SessionState.Finishing, SessionActions.CloseInput | SessionActions.WakeWriter)]
    [InlineData(SessionState.Open, SessionEvent.Finish, true, SessionState.Ended,
        SessionActions.CloseInput | SessionActions.WakeWriter | SessionActions.AnnounceEnd | SessionActions.FreeState)]
    [InlineData(SessionState.Open, SessionEvent.Abort, false, SessionState.Ended, Cut)]
    [InlineData(SessionState.Open, SessionEvent.Abort, true, SessionState.Ended, Cut | SessionActions.FreeState)]
    [InlineData(SessionState.Open, SessionEvent.CutShort, true, SessionState.Ended, Cut | SessionActions.FreeState)]
    [InlineData(SessionState.Open, SessionEvent.Detach, false, SessionState.Detached, Cut)]
    [InlineData(SessionState.Open, SessionEvent.Detach, true, SessionState.Released,
        Cut | SessionActions.FreeState | SessionActions.Release)]
    [InlineData(SessionState.Finishing, SessionEvent.Finish, false, SessionState.Finishing, SessionActions.None)]
    [InlineData(SessionState.Finishing, SessionEvent.BlockComputed, false, SessionState.Finishing, SessionActions.None)]
    [InlineData(SessionState.Finishing, SessionEvent.BlockComputed, true, SessionState.Ended,
        SessionActions.AnnounceEnd | SessionActions.FreeState)]
    [InlineData(SessionState.Finishing, SessionEvent.Abort, false, SessionState.Ended, Cut)]
    [InlineData(SessionState.Ended, SessionEvent.Finish, false, SessionState.Ended, SessionActions.None)]
    [InlineData(SessionState.Ended, SessionEvent.Abort, false, SessionState.Ended, SessionActions.None)]
    [InlineData(SessionState.Ended, SessionEvent.BlockComputed, true, SessionState.Ended, SessionActions.FreeState)]
    [InlineData(SessionState.Ended, SessionEvent.CutShort, false, SessionState.Ended, SessionActions.CancelDelivery)]
    [InlineData(SessionState.Ended, SessionEvent.Detach, false, SessionState.Detached, SessionActions.None)]
    [InlineData(SessionState.Ended, SessionEvent.Detach, true, SessionState.Released, SessionActions.FreeState | SessionActions.Release)]
    [InlineData(SessionState.Detached, SessionEvent.BlockComputed, true, SessionState.Released,
        SessionActions.FreeState | SessionActions.Release)]
    [InlineData(SessionState.Detached, SessionEvent.CutShort, false, SessionState.Detached, SessionActions.None)]
    [InlineData(SessionState.Released, SessionEvent.Detach, true, SessionState.Released, SessionActions.None)]
    [InlineData(SessionState.Released, SessionEvent.Abort, true, SessionState.Released, SessionActions.None)]
    internal void Apply_EventInState_LeadsToStateAndActions(
        SessionState from, SessionEvent occurred, bool isIdle, SessionState to, SessionActions actions)
    {
        SessionLifecycle lifecycle = In(from);
        Assert.Equal((actions, to), (lifecycle.Apply(occurred, isIdle, SessionEnd.Shutdown), lifecycle.State));
    }

    /// <summary>The worker that computed the last block and the stream that detaches act at the same time: only one may free the state.</summary>
    [Fact]
    public void Apply_AnyEndOfASession_FreesTheStateOnce()
    {
        foreach (SessionEvent first in Enum.GetValues<SessionEvent>())
        {
            var lifecycle = new SessionLifecycle();
            SessionActions[] actions =
            [
                lifecycle.Apply(first, isIdle: false), lifecycle.Apply(SessionEvent.Finish, isIdle: true),
                lifecycle.Apply(SessionEvent.BlockComputed, isIdle: true), lifecycle.Apply(SessionEvent.Detach, isIdle: true),
                lifecycle.Apply(SessionEvent.Detach, isIdle: true),
            ];
            Assert.Single(actions, each => (each & SessionActions.FreeState) != 0);
            Assert.Single(actions, each => (each & SessionActions.Release) != 0);
            Assert.Single(actions, each => (each & SessionActions.AnnounceEnd) != 0);
        }
    }

    [Fact]
    public void Apply_EndDecided_KeepsItsReasonUntilItIsCutShort()
    {
        var lifecycle = new SessionLifecycle();
        lifecycle.Apply(SessionEvent.Finish, isIdle: false, SessionEnd.EndOfInput, "all sent");
        lifecycle.Apply(SessionEvent.Finish, isIdle: false, SessionEnd.IdleTimeout, "idle");
        Assert.Equal((SessionEnd.EndOfInput, "all sent"), (lifecycle.End, lifecycle.Message));
        lifecycle.Apply(SessionEvent.Abort, isIdle: false, SessionEnd.ModelFault, "failed");
        lifecycle.Apply(SessionEvent.Abort, isIdle: false, SessionEnd.ClientCancelled, "gone");
        Assert.Equal((SessionEnd.ModelFault, "failed"), (lifecycle.End, lifecycle.Message));
        lifecycle.Apply(SessionEvent.CutShort, isIdle: false, SessionEnd.Shutdown, "too late");
        Assert.Equal((SessionEnd.Shutdown, "too late"), (lifecycle.End, lifecycle.Message));
        lifecycle.Apply(SessionEvent.Detach, isIdle: true, SessionEnd.ClientCancelled, "gone");
        Assert.Equal((SessionEnd.Shutdown, SessionState.Released), (lifecycle.End, lifecycle.State));
    }

    private static SessionLifecycle In(SessionState state)
    {
        var lifecycle = new SessionLifecycle();
        if (state >= SessionState.Finishing)
            lifecycle.Apply(SessionEvent.Finish, isIdle: false);
        if (state >= SessionState.Ended)
            lifecycle.Apply(SessionEvent.Abort, isIdle: false);
        if (state >= SessionState.Detached)
            lifecycle.Apply(SessionEvent.Detach, isIdle: state == SessionState.Released);
        Assert.Equal(state, lifecycle.State);
        return lifecycle;
    }
}
