namespace EdgeRnn.Runtime.Sessions;

/// <summary>What an <see cref="OutletItem"/> tells.</summary>
internal enum OutletItemKind
{
    /// <summary>A block was computed: <see cref="OutletItem.Block"/>.</summary>
    Result,

    /// <summary>The session was opened although the workers are expected not to carry it.</summary>
    OverCapacity,

    /// <summary>The runtime is shutting down; accepted frames will still be answered.</summary>
    Draining,

    /// <summary>The session is over: <see cref="OutletItem.End"/>. Nothing of it follows, and its stream detaches.</summary>
    End,
}

/// <summary>One thing to deliver to a client.</summary>
/// <param name="Block">To be released once delivered.</param>
/// <param name="Message">Fit for the client.</param>
internal readonly record struct OutletItem(
    StreamSession Session, OutletItemKind Kind, FrameBlock? Block = null, SessionEnd End = default, string Message = "");

/// <summary>
/// Where sessions put what is to be delivered, in order. One per stream, with a single reader. It is bounded by what its sessions
/// own, so putting something into it never waits.
/// </summary>
/// <param name="capacity">The sum of <see cref="RuntimeOptions.OutletCapacity"/> over its sessions.</param>
internal sealed class ResultOutlet(int capacity)
{
    // A result may come rarely, and requests without a pause.
    private const int MaxHolds = 16;

    private readonly Lock _gate = new();
    private readonly Queue<OutletItem> _items = [];
    private readonly Waiter _reader = new();
    private bool _isHeld;
    private int _holds;

    /// <summary>Items that nobody has read yet.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _items.Count;
        }
    }

    /// <summary>Completes when something can be read.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public ValueTask WaitToReadAsync()
    {
        lock (_gate)
        {
            return _items.Count > 0 ? ValueTask.CompletedTask : _reader.WaitAsync("An outlet has a single reader.");
        }
    }

    public bool TryRead(out OutletItem item)
    {
        lock (_gate)
            return _items.TryDequeue(out item);
    }

    /// <summary>
    /// From now on nothing that is put wakes a waiting reader, until <see cref="Release"/>: for the thread that brings frames and may
    /// compute them itself, before each request while it has more of them. Then one wake-up and one packet take several results, and need
    /// no other thread. What fills half the outlet, or has been held for 16 requests, is handed over.
    /// </summary>
    public void Hold()
    {
        bool isEnough;
        lock (_gate)
        {
            _isHeld = true;
            _holds++;
            isEnough = _items.Count >= capacity / 2 || _holds % MaxHolds == 0;
        }

        if (isEnough)
            HandOver();
    }

    /// <summary>A reader that waits for what was put while the outlet was held goes on, within this call.</summary>
    public void HandOver()
    {
        lock (_gate)
        {
            if (_items.Count == 0 || !_reader.TryRelease())
                return;
        }

        _reader.Complete(inline: true);
    }

    /// <summary>Ends <see cref="Hold"/>, and hands over.</summary>
    public void Release()
    {
        lock (_gate)
            (_isHeld, _holds) = (false, 0);
        HandOver();
    }

    internal void Put(OutletItem item)
    {
        lock (_gate)
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
