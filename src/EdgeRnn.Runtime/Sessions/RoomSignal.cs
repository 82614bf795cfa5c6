using EdgeRnn.Runtime.Locking;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>Lets the single writer of a session wait for a free block: an asynchronous auto-reset event.</summary>
internal sealed class RoomSignal
{
    private readonly RankedLock _gate = new(LockRank.Room);
    private readonly Waiter _writer = new();
    private bool _isSet;

    /// <summary>Completes at the next <see cref="Set"/>, or at once if one came since the last wait.</summary>
    /// <exception cref="InvalidOperationException">Another writer waits already.</exception>
    public ValueTask WaitAsync()
    {
        using (_gate.EnterScope())
        {
            if (!_isSet)
                return _writer.WaitAsync("Frames of a session must be written by one writer at a time.");
            _isSet = false;
            return ValueTask.CompletedTask;
        }
    }

    public void Set()
    {
        using (_gate.EnterScope())
        {
            _isSet = !_writer.TryRelease();
            if (_isSet)
                return;
        }

        _writer.Complete(inline: false);
    }
}
