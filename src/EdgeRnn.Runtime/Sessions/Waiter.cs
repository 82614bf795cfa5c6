using System.Threading.Tasks.Sources;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// A reusable wait of one thread at a time, without allocations. Its owner's lock guards <see cref="WaitAsync"/> and
/// <see cref="TryRelease"/>, which decides the thread that completes the wait; that thread calls <see cref="Complete"/> without the lock.
/// </summary>
internal sealed class Waiter : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _isWaiting;

    /// <summary>Begins to wait.</summary>
    /// <param name="otherwise">The exception's message.</param>
    /// <exception cref="InvalidOperationException">A wait is under way already.</exception>
    public ValueTask WaitAsync(string otherwise)
    {
        if (_isWaiting)
            throw new InvalidOperationException(otherwise);
        _isWaiting = true;
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    /// <returns>Whether a wait was under way: then the caller must call <see cref="Complete"/>.</returns>
    public bool TryRelease()
    {
        bool wasWaiting = _isWaiting;
        _isWaiting = false;
        return wasWaiting;
    }

    /// <param name="inline">Whether the continuation runs within this call, or on the thread pool.</param>
    public void Complete(bool inline)
    {
        _core.RunContinuationsAsynchronously = !inline;
        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
