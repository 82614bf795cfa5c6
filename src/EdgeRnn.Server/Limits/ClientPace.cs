using System.Buffers;

namespace EdgeRnn.Server.Limits;

/// <summary>
/// What one connection may ask for at a rate: new streams and control frames of HTTP/2, and control messages of streams. A client beyond it
/// is read more slowly, and TCP holds it back; frames of sensors are never counted.
/// </summary>
/// <param name="opens">Paces the new streams of all connections together: each costs memory for a while, even if it is refused.</param>
internal sealed class ClientPace(TokenBucket opens, TimeProvider time)
{
    // A client that opens all streams of a connection at once, and some more.
    private const double FrameBurst = 1000;
    private const double FramesPerSecond = 100;
    private const double MessageBurst = 4000;
    private const double MessagesPerSecond = 2000;

    // Results that are read cause window updates, a few per result at most.
    private const double WindowUpdateCost = 1 / 400.0;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly TokenBucket _frames = new(FramesPerSecond, FrameBurst, time);
    private readonly TokenBucket _messages = new(MessagesPerSecond, MessageBurst, time);
    private readonly FrameScanner _scanner = new();

    /// <summary>Decides how much of what has arrived may be processed now.</summary>
    /// <param name="buffer">Everything that was received and not consumed.</param>
    /// <param name="wait">If nothing may, how long to wait before asking again; zero if more bytes must come first.</param>
    /// <returns>A number of bytes of the buffer that ends before a frame that must wait, or whose header is not complete.</returns>
    public long Admit(in ReadOnlySequence<byte> buffer, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        while (_scanner.TryPeek(buffer, out FrameKind kind, out long length))
        {
            if (!TryPay(kind, out wait))
                return _scanner.Next;
            _scanner.Pass(length);
        }

        return Math.Min(_scanner.Next, buffer.Length);
    }

    /// <summary>Tells what was consumed of the buffer.</summary>
    public void Consumed(long bytes) => _scanner.Consumed(bytes);

    /// <summary>Counts a control message, such as flush or reset.</summary>
    /// <returns>How long to wait before the next message is read.</returns>
    public TimeSpan ControlMessage() => _messages.Take() is var wait && wait < MaxWait ? wait : MaxWait;

    private bool TryPay(FrameKind kind, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        return kind switch
        {
            FrameKind.Data => true,
            FrameKind.WindowUpdate => _frames.TryTake(WindowUpdateCost, out wait),
            FrameKind.Control => _frames.TryTake(1, out wait),
            // The connection's own share first: one that floods waits for itself before it takes from all.
            _ => _frames.TryTake(1, out wait) && opens.TryTake(1, out wait),
        };
    }
}
