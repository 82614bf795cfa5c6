using EdgeRnn.Runtime.Locking;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>The kind of an <see cref="OutletItem"/>.</summary>
internal enum OutletItemKind
{
    /// <summary>A block was computed: <see cref="OutletItem.Block"/>.</summary>
    Result,

    /// <summary>The session was opened although the workers are not expected to carry it.</summary>
    OverCapacity,

    /// <summary>The runtime is shutting down; accepted frames will still be answered.</summary>
    Draining,

    /// <summary>The session is over: <see cref="OutletItem.End"/>. No item of it follows; its stream detaches.</summary>
    End,
}

/// <summary>One thing to deliver to a client.</summary>
/// <param name="Block">To be released after delivery.</param>
/// <param name="Message">Fit for the client.</param>
/// <param name="Violation">What is exceeded, for <see cref="OutletItemKind.OverCapacity"/>.</param>
internal readonly record struct OutletItem(
    StreamSession Session, OutletItemKind Kind, FrameBlock? Block = null, SessionEnd End = default, string Message = "",
    Violation? Violation = null);

/// <summary>
/// Holds what sessions have for delivery, in order. One per stream, with a single reader. Its sessions own a fixed number of items, so
/// putting one into it never waits.
/// </summary>
/// <param name="capacity">The sum of <see cref="RuntimeOptions.OutletCapacity"/> over its sessions.</param>
internal sealed class ResultOutlet(int capacity)
{
    // Results may be rare while requests come without a pause.
    private const int MaxHolds = 16;

    private readonly RankedLock _gate = new(LockRank.Outlet);
    private readonly Queue<OutletItem> _items = [];
    private readonly Waiter _reader = new();
    private bool _isHeld;
    private int _holds;

    /// <summary>Items that are not read yet.</summary>
    public int Count
    {
        get
        {
            using (_gate.EnterScope())
                return _items.Count;
        }
    }

    /// <summary>Completes when something can be read.</summary>
    /// <exception cref="InvalidOperationException">Another reader waits already.</exception>
    public ValueTask WaitToReadAsync()
    {
        using (_gate.EnterScope())
            return _items.Count > 0 ? ValueTask.CompletedTask : _reader.WaitAsync("An outlet has a single reader.");
    }

    public bool TryRead(out OutletItem item)
    {
        using (_gate.EnterScope())
            return _items.TryDequeue(out item);
    }

    /// <summary>
    /// Until <see cref="Release"/>, new items do not wake a waiting reader. The thread that reads requests calls this before each request
    /// that is already there: it may compute frames itself, so that one wake-up and one packet take several results and no other thread is
    /// needed. Half a full outlet, or 16 requests, hand over what is held.
    /// </summary>
    public void Hold()
    {
        bool isEnough;
        using (_gate.EnterScope())
        {
            _isHeld = true;
            _holds++;
            isEnough = _items.Count >= capacity / 2 || _holds % MaxHolds == 0;
        }

        if (isEnough)
            HandOver();
    }

    /// <summary>Lets a waiting reader go on, within this call, if there is an item.</summary>
    public void HandOver()
    {
        using (_gate.EnterScope())
        {
            if (_items.Count == 0 || !_reader.TryRelease())
                return;
        }

        _reader.Complete(inline: true);
    }

    /// <summary>Ends <see cref="Hold"/>, and hands over.</summary>
    public void Release()
    {
        using (_gate.EnterScope())
        {
            _isHeld = false;
            _holds = 0;
        }

        HandOver();
    }

    public void Put(OutletItem item)
    {
        using (_gate.EnterScope())
        {
            if (_items.Count == capacity)
                throw new InvalidOperationException("The outlet holds more than its sessions own.");
            _items.Enqueue(item);
            if (_isHeld || !_reader.TryRelease())
                return;
        }

        _reader.Complete(inline: false);
    }
}
