using System.Net.Sockets;

namespace EdgeRnn.Cli.Load.Http2;

/// <summary>Splits what a socket receives into HTTP/2 frames. Runs on one thread of its own, which waits for the socket.</summary>
/// <param name="output">Flushed after every batch of frames, and whenever the socket had no room for all of it.</param>
internal sealed class FrameReader(Socket socket, FrameOutput output)
{
    /// <summary>Bytes of a frame's payload at most (RFC 9113, 6.5.2: the initial value of SETTINGS_MAX_FRAME_SIZE).</summary>
    public const int MaxFrameSize = 16_384;

    private const int StuckMicroseconds = 500;

    public delegate void FrameHandler(FrameHeader header, ReadOnlySpan<byte> payload);

    /// <summary>Hands over every frame in order, until the other side closes the connection.</summary>
    /// <exception cref="InvalidDataException">A frame is larger than <see cref="MaxFrameSize"/>.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public void Run(FrameHandler handle)
    {
        byte[] buffer = new byte[4 * MaxFrameSize];
        int filled = 0;
        while (Receive(buffer.AsSpan(filled)) is > 0 and var read)
        {
            filled += read;
            int taken = TakeFrames(buffer.AsSpan(0, filled), handle);
            buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
            filled -= taken;
            output.Flush();
        }
    }

    /// <summary>Waits for bytes, and meanwhile sends what the socket had no room for.</summary>
    private int Receive(Span<byte> bytes)
    {
        while (true)
        {
            bool isReadable = socket.Poll(output.IsStuck ? StuckMicroseconds : -1, SelectMode.SelectRead);
            if (output.IsStuck)
                output.Flush();
            if (isReadable)
                return socket.Receive(bytes);
        }
    }

    /// <returns>Bytes of the whole frames at the beginning of <paramref name="bytes"/>.</returns>
    private static int TakeFrames(ReadOnlySpan<byte> bytes, FrameHandler handle)
    {
        int taken = 0;
        while (bytes.Length - taken >= FrameHeader.Size)
        {
            var header = FrameHeader.Read(bytes[taken..]);
            if (header.Length > MaxFrameSize)
                throw new InvalidDataException($"expected HTTP/2 frames of at most {MaxFrameSize} bytes, found one of {header.Length}");
            if (header.Length > bytes.Length - taken - FrameHeader.Size)
                break;
            handle(header, bytes.Slice(taken + FrameHeader.Size, header.Length));
            taken += FrameHeader.Size + header.Length;
        }

        return taken;
    }
}
