using System.Threading.Channels;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>What an <see cref="OutletItem"/> tells.</summary>
public enum OutletItemKind
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
public readonly record struct OutletItem(
    StreamSession Session, OutletItemKind Kind, FrameBlock? Block = null, SessionEnd End = default, string Message = "");

/// <summary>
/// Where sessions put what is to be delivered, in order. One per stream, with a single reader. It is bounded by what its sessions
/// own, so putting something into it never waits.
/// </summary>
/// <param name="capacity">The sum of <see cref="RuntimeOptions.OutletCapacity"/> over its sessions.</param>
public sealed class ResultOutlet(int capacity)
{
    private readonly Channel<OutletItem> _items =
        Channel.CreateBounded<OutletItem>(new BoundedChannelOptions(capacity) { SingleReader = true });

    /// <summary>Completes when something can be read.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        => _items.Reader.WaitToReadAsync(cancellationToken);

    public bool TryRead(out OutletItem item) => _items.Reader.TryRead(out item);

    /// <summary>Items that nobody has read yet.</summary>
    internal int Count => _items.Reader.Count;

    internal void Put(OutletItem item)
    {
        if (!_items.Writer.TryWrite(item)) throw new InvalidOperationException("The outlet holds more than its sessions own.");
    }
}
