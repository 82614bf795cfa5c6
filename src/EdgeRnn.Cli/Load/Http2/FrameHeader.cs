using System.Buffers.Binary;

namespace EdgeRnn.Cli.Load.Http2;

/// <summary>The first nine bytes of every HTTP/2 frame (RFC 9113, 4.1).</summary>
/// <param name="Length">Bytes of the payload that follows.</param>
/// <param name="Stream">0 for the connection itself.</param>
internal readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int Stream)
{
    public const int Size = 9;

    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        bytes[0] << 16 | bytes[1] << 8 | bytes[2], (FrameType)bytes[3], (FrameFlags)bytes[4],
        BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) & int.MaxValue);

    public bool Has(FrameFlags flag) => (Flags & flag) != 0;

    public void Write(Span<byte> bytes)
    {
        // Three bytes of length, one of type.
        BinaryPrimitives.WriteInt32BigEndian(bytes, Length << 8 | (byte)Type);
        bytes[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes[5..], Stream);
    }
}
