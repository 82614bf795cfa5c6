using System.Buffers.Binary;
using System.Net.Sockets;

namespace EdgeRnn.Cli.Load.Http2;

/// <summary>
/// Frames to send, double-buffered: one buffer fills while the other is being sent. HTTP/2's windows bound their size.
/// Guarded by the connection's lock, except for the sending itself.
/// </summary>
/// <param name="socket">In non-blocking mode.</param>
/// <param name="gate">The connection's lock.</param>
internal sealed class FrameOutput(Socket socket, Lock gate)
{
    private byte[] _filling = new byte[16 * 1024];
    private byte[] _sending = new byte[16 * 1024];
    private ReadOnlyMemory<byte> _unsent;
    private int _filled;
    private bool _isSending;
    private volatile bool _isStuck;

    /// <summary>The socket had no room for everything: call <see cref="Flush"/> again soon.</summary>
    public bool IsStuck => _isStuck;

    /// <summary>Adds a frame.</summary>
    public void Add(FrameType type, FrameFlags flags, int stream, ReadOnlySpan<byte> payload)
    {
        new FrameHeader(payload.Length, type, flags, stream).Write(Reserve(FrameHeader.Size));
        AddRaw(payload);
    }

    /// <summary>Adds a frame whose payload is one number.</summary>
    public void Add(FrameType type, int stream, int number)
    {
        Span<byte> payload = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        Add(type, FrameFlags.None, stream, payload);
    }

    public void AddRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Sends what was added, on the caller's thread unless another thread is sending. Never waits for the other side.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (_isSending)
                return;
            _isSending = true;
        }

        try
        {
            while (TakeUnsent())
            {
                int sent = socket.Send(_unsent.Span, SocketFlags.None, out SocketError error);
                _isStuck = error == SocketError.WouldBlock;
                // The connection broke; its reader reports that. _isSending stays set, so that nothing more is sent.
                if (!_isStuck && error != SocketError.Success)
                    return;
                _unsent = _unsent[sent..];
                if (!_isStuck)
                    continue;
                lock (gate)
                    _isSending = false;
                return;
            }
        }
        catch (ObjectDisposedException)
        {
            // As above: the connection is over.
        }
    }

    private bool TakeUnsent()
    {
        lock (gate)
        {
            if (_unsent.IsEmpty)
            {
                (_filling, _sending) = (_sending, _filling);
                _unsent = _sending.AsMemory(0, _filled);
                _filled = 0;
            }

            return _isSending = !_unsent.IsEmpty;
        }
    }

    private Span<byte> Reserve(int length)
    {
        if (_filled + length > _filling.Length)
            Array.Resize(ref _filling, Math.Max(2 * _filling.Length, _filled + length));
        _filled += length;
        return _filling.AsSpan(_filled - length, length);
    }
}
