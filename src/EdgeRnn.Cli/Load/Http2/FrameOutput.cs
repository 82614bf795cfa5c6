using System.Buffers.Binary;

namespace EdgeRnn.Cli.Load.Http2;

/// <summary>
/// Frames on their way out: one buffer fills while the other is being sent. What may be in it is bounded by HTTP/2's windows.
/// Guarded by its connection's lock, but for the sending itself.
/// </summary>
internal sealed class FrameOutput(Stream transport, Lock gate)
{
    private byte[] _filling = new byte[16 * 1024];
    private byte[] _sending = new byte[16 * 1024];
    private int _filled;
    private bool _isSending;

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

    /// <summary>Has sent what was added. Never waits for the other side.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (_isSending || _filled == 0) return;
            _isSending = true;
        }

        _ = SendAsync();
    }

    private async Task SendAsync()
    {
        try
        {
            while (TryTake(out Memory<byte> bytes)) await transport.WriteAsync(bytes);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The connection broke: its reader finds out too, and tells.
        }
    }

    private bool TryTake(out Memory<byte> bytes)
    {
        lock (gate)
        {
            (_filling, _sending) = (_sending, _filling);
            bytes = _sending.AsMemory(0, _filled);
            _filled = 0;
            return _isSending = bytes.Length > 0;
        }
    }

    private Span<byte> Reserve(int length)
    {
        if (_filled + length > _filling.Length) Array.Resize(ref _filling, Math.Max(2 * _filling.Length, _filled + length));
        _filled += length;
        return _filling.AsSpan(_filled - length, length);
    }
}
