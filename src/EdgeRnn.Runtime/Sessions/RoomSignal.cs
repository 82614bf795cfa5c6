using System.Threading.Tasks.Sources;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>Lets the one writer of a session wait for a free block, time after time, without allocating.</summary>
internal sealed class RoomSignal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private bool _isSet;
    private bool _isAwaited;

    /// <summary>Completes at the next <see cref="Set"/>, or at once where one came since the last wait.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_isAwaited) throw new InvalidOperationException("Frames of a session must be written by one writer at a time.");
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            _isAwaited = true;
            _core.Reset();
            return new ValueTask(this, _core.Version);
        }
    }

    public void Set()
    {
        lock (_gate)
        {
            if (!_isAwaited)
            {
                _isSet = true;
                return;
            }

            _isAwaited = false;
        }

        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
