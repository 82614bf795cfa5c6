using System.Threading.Tasks.Sources;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// The one who waits for something, time after time, without allocating. Its owner's lock guards all but the last step: under it
/// <see cref="TryRelease"/> decides who completes the wait, and outside it that one calls <see cref="Complete"/>.
/// </summary>
internal sealed class Waiter : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _isWaiting;

    /// <summary>Begins to wait.</summary>
    /// <param name="otherwise">What to tell a second one who waits.</param>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public ValueTask WaitAsync(string otherwise)
    {
        if (_isWaiting)
            throw new InvalidOperationException(otherwise);
        _isWaiting = true;
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    /// <returns>Whether somebody waited: then the caller owes a <see cref="Complete"/>.</returns>
    public bool TryRelease()
    {
        bool wasWaiting = _isWaiting;
        _isWaiting = false;
        return wasWaiting;
    }

    /// <param name="inline">Whether what waited goes on here and now, on the caller's thread, or on another one.</param>
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
