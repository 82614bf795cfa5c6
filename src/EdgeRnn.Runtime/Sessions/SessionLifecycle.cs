namespace EdgeRnn.Runtime.Sessions;

/// <summary>Where a session is in its life. It only moves down this list.</summary>
internal enum SessionState
{
    /// <summary>It takes frames.</summary>
    Open,

    /// <summary>It takes no more frames; those that it accepted are still computed and delivered.</summary>
    Finishing,

    /// <summary>Its end is decided and announced. A last block may still be in a weight pass, and results wait for their reader.</summary>
    Ended,

    /// <summary>Its stream is gone. A last block may still be in a weight pass.</summary>
    Detached,

    /// <summary>Nothing of it is left to be done: its place and memory are free.</summary>
    Released,
}

/// <summary>What happens to a session.</summary>
internal enum SessionEvent
{
    /// <summary>The input is complete: answer what was accepted, then end.</summary>
    Finish,

    /// <summary>End at once.</summary>
    Abort,

    /// <summary>End at once, even if only the delivery of results is left.</summary>
    CutShort,

    /// <summary>The stream is gone.</summary>
    Detach,

    /// <summary>A block came back from its weight pass.</summary>
    BlockComputed,
}

/// <summary>What is to be done after a transition: all but <see cref="AnnounceEnd"/> without the session's lock.</summary>
[Flags]
internal enum SessionActions
{
    None = 0,

    /// <summary>Put the end into the outlet, before the lock is released.</summary>
    AnnounceEnd = 1,

    /// <summary>Cancel <see cref="StreamSession.InputClosed"/>.</summary>
    CloseInput = 2,

    /// <summary>Cancel <see cref="StreamSession.Aborted"/>.</summary>
    CancelDelivery = 4,

    /// <summary>Wake the writer that waits for room.</summary>
    WakeWriter = 8,

    /// <summary>Free the recurrent state: no weight pass needs it any more. Comes once, because freeing twice corrupts memory.</summary>
    FreeState = 16,

    /// <summary>Give up the session's place. Comes once.</summary>
    Release = 32,
}

/// <summary>
/// The state machine of a session: one function from state and event to the next state and the actions that follow. Guarded by the
/// session's lock.
/// </summary>
internal sealed class SessionLifecycle
{
    private bool _isStateFreed;

    public SessionState State { get; private set; }

    /// <summary>Why the session ended or is ending; null while it is open.</summary>
    public SessionEnd? End { get; private set; }

    /// <summary>The end in words, fit for the client.</summary>
    public string Message { get; private set; } = "";

    /// <param name="isIdle">Whether no frame waits and no block is in a weight pass, after the event.</param>
    /// <param name="reason">For <see cref="SessionEvent.BlockComputed"/> it has no meaning.</param>
    public SessionActions Apply(SessionEvent occurred, bool isIdle, SessionEnd reason = default, string message = "")
    {
        SessionActions actions = SessionActions.None;
        switch (occurred)
        {
            case SessionEvent.Finish when State == SessionState.Open:
                Decide(SessionState.Finishing, reason, message);
                actions = SessionActions.CloseInput | SessionActions.WakeWriter;
                break;
            case SessionEvent.Abort or SessionEvent.CutShort or SessionEvent.Detach when State < SessionState.Ended:
                Decide(occurred == SessionEvent.Detach ? SessionState.Detached : SessionState.Ended, reason, message);
                actions = SessionActions.AnnounceEnd | SessionActions.CloseInput | SessionActions.CancelDelivery | SessionActions.WakeWriter;
                break;
            case SessionEvent.CutShort when State == SessionState.Ended:
                Decide(SessionState.Ended, reason, message);
                actions = SessionActions.CancelDelivery;
                break;
            case SessionEvent.Detach when State == SessionState.Ended:
                State = SessionState.Detached;
                break;
        }

        return isIdle ? actions | Settle() : actions;
    }

    private void Decide(SessionState state, SessionEnd reason, string message)
    {
        State = state;
        End = reason;
        Message = message;
    }

    /// <summary>What follows because nothing of the session is computed any more.</summary>
    private SessionActions Settle()
    {
        SessionActions actions = SessionActions.None;
        if (State == SessionState.Open)
            return actions;
        if (State == SessionState.Finishing)
        {
            State = SessionState.Ended;
            actions |= SessionActions.AnnounceEnd;
        }

        if (State == SessionState.Detached)
        {
            State = SessionState.Released;
            actions |= SessionActions.Release;
        }

        if (!_isStateFreed)
            actions |= SessionActions.FreeState;
        _isStateFreed = true;
        return actions;
    }
}
