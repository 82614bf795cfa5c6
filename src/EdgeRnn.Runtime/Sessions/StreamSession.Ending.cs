using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <content>How a session ends: by finishing what was accepted, or at once.</content>
internal sealed partial class StreamSession
{
    private const string DrainNotice = "the server is shutting down: it takes no more frames and answers those it has accepted";
    private const string DrainedMessage = "the server is shutting down; every accepted frame was answered";

    /// <summary>Takes no more input, has what was accepted computed and delivered, and ends then.</summary>
    /// <param name="message">Fit for the client.</param>
    public void Finish(SessionEnd reason, string message = "") => Close(reason, message, notice: null);

    /// <summary>As <see cref="Finish"/> for <see cref="SessionEnd.Shutdown"/>, with a notice to the client first.</summary>
    internal void Drain() =>
        Close(SessionEnd.Shutdown, DrainedMessage, new OutletItem(this, OutletItemKind.Draining, Message: DrainNotice));

    /// <summary>Ends now. What was accepted but not delivered is lost, which the counts of frames tell.</summary>
    /// <param name="message">Fit for the client.</param>
    public void Abort(SessionEnd reason, string message = "")
    {
        bool released;
        lock (_gate)
        {
            if (_ended)
                return;
            _closing = reason;
            _message = message;
            _accumulator.Clear();
            released = EndIfIdle();
            if (!_ended)
                PutEnd();
        }

        _inputClosed.Cancel();
        _aborted.Cancel();
        _room.Set();
        if (released)
            _released(this);
    }

    /// <summary>As <see cref="Abort"/> for <see cref="SessionEnd.Shutdown"/>, also where only the delivery is not done yet.</summary>
    internal void CutShort(string message)
    {
        Abort(SessionEnd.Shutdown, message);
        lock (_gate)
        {
            if (_detached)
                return;
            _closing = SessionEnd.Shutdown;
            _message = message;
        }

        _aborted.Cancel();
    }

    /// <summary>
    /// The stream is gone: nothing more can be delivered. Only then does the session give up its place, so that sessions count whose
    /// results nobody takes. Ends the session if it has not ended.
    /// </summary>
    public void Detach()
    {
        Abort(SessionEnd.ClientCancelled, "the stream is gone");
        bool released;
        lock (_gate)
        {
            _detached = true;
            released = EndIfIdle();
        }

        if (released)
            _released(this);
    }

    internal void AbortIfIdle()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lastActivity)) >= _idleTimeout)
            Abort(SessionEnd.IdleTimeout, $"nothing was received or delivered for {_idleTimeout.TotalSeconds:0.###} s");
    }

    private void Close(SessionEnd reason, string message, OutletItem? notice)
    {
        BlockTimes? offer;
        bool released;
        lock (_gate)
        {
            if (_closing is not null)
                return;
            _closing = reason;
            _message = message;
            if (notice is { } item)
                Outlet.Put(item);
            _accumulator.Close(BlockReason.End, _time.GetTimestamp());
            offer = NextOffer();
            released = EndIfIdle();
        }

        _inputClosed.Cancel();
        _room.Set();
        if (offer is { } times)
            _dispatcher.Offer(Slot, times);
        if (released)
            _released(this);
    }

    /// <summary>Ends a closing session once nothing of it is computed any more; only then may its state go.</summary>
    /// <returns>Whether the session is to be released now, which is so once.</returns>
    private bool EndIfIdle()
    {
        if (_closing is null || !_accumulator.IsIdle)
            return false;
        if (!_ended)
            PutEnd();
        State.Dispose();
        bool releases = _detached && !_hasReleased;
        _hasReleased |= releases;
        return releases;
    }

    private void PutEnd()
    {
        _ended = true;
        Outlet.Put(new OutletItem(this, OutletItemKind.End, End: _closing!.Value, Message: _message));
    }
}
