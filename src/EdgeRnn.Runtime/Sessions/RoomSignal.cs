namespace EdgeRnn.Runtime.Sessions;

/// <summary>Lets the one writer of a session wait for a free block.</summary>
internal sealed class RoomSignal
{
    private readonly Lock _gate = new();
    private readonly Waiter _writer = new();
    private bool _isSet;

    /// <summary>Completes at the next <see cref="Set"/>, or at once where one came since the last wait.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (!_isSet)
                return _writer.WaitAsync("Frames of a session must be written by one writer at a time.");
            _isSet = false;
            return ValueTask.CompletedTask;
        }
    }

    public void Set()
    {
        lock (_gate)
        {
            _isSet = !_writer.TryRelease();
            if (_isSet)
                return;
        }

        _writer.Complete(inline: false);
    }
}
