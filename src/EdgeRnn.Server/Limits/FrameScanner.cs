using System.Buffers;
using System.Buffers.Binary;

namespace EdgeRnn.Server.Limits;

/// <summary>What a frame of HTTP/2 asks of the server.</summary>
internal enum FrameKind
{
    /// <summary>Data of a stream.</summary>
    Data,

    /// <summary>A new stream, or the trailers of one.</summary>
    Open,

    /// <summary>Room for more results.</summary>
    WindowUpdate,

    /// <summary>Anything else.</summary>
    Control,
}

/// <summary>Walks along the frames of an HTTP/2 connection, by their headers alone (RFC 9113, section 4.1).</summary>
internal sealed class FrameScanner
{
    private const int PrefaceLength = 24;
    private const int HeaderLength = 9;
    private const byte DataType = 0;
    private const byte HeadersType = 1;
    private const byte WindowUpdateType = 8;
    private const byte EndStream = 1;

    /// <summary>Where the next frame begins, counted from the first byte that is not consumed; may be beyond what has come.</summary>
    public long Next { get; private set; } = PrefaceLength;

    /// <summary>Looks at the next frame.</summary>
    /// <param name="buffer">Everything that was received and not consumed.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="length">Its length with its header.</param>
    /// <returns>False if its header has not come.</returns>
    public bool TryPeek(in ReadOnlySequence<byte> buffer, out FrameKind kind, out long length)
    {
        kind = FrameKind.Data;
        length = 0;
        if (Next + HeaderLength > buffer.Length)
            return false;
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(Next, HeaderLength).CopyTo(header);
        int payload = (header[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(header[1..]);
        length = HeaderLength + payload;
        kind = header[3] switch
        {
            DataType => payload > 0 || (header[4] & EndStream) != 0 ? FrameKind.Data : FrameKind.Control,
            HeadersType => FrameKind.Open,
            WindowUpdateType => FrameKind.WindowUpdate,
            _ => FrameKind.Control,
        };
        return true;
    }

    /// <summary>Goes on behind a frame.</summary>
    public void Pass(long length) => Next += length;

    /// <summary>Tells that the first bytes of the buffer are gone.</summary>
    public void Consumed(long bytes) => Next -= bytes;
}
