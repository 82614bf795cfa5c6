using System.Buffers.Binary;

namespace EdgeRnn.Cli.Load.Http2;

/// <summary>What every HTTP/2 frame begins with.</summary>
/// <param name="Length">Bytes that follow.</param>
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
        (bytes[0], bytes[1], bytes[2]) = ((byte)(Length >> 16), (byte)(Length >> 8), (byte)Length);
        (bytes[3], bytes[4]) = ((byte)Type, (byte)Flags);
        BinaryPrimitives.WriteInt32BigEndian(bytes[5..], Stream);
    }
}
