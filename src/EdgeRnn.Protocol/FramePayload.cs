using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace EdgeRnn.Protocol;

/// <summary>
/// Codec of the contract's <c>bytes</c> fields: IEEE 754 binary32, little-endian, without padding, row-major. Keeps the bits of every
/// value, those of NaNs included.
/// </summary>
public static class FramePayload
{
    private const int ValueBytes = sizeof(float);

    /// <summary>Packs values into 4 bytes each. Allocates only the result.</summary>
    public static ByteString Pack(ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[checked(values.Length * ValueBytes)];
        Write(values, bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    /// <summary>Unpacks a payload. Allocates only the result.</summary>
    /// <exception cref="ArgumentException">The payload is not a multiple of 4 bytes.</exception>
    public static float[] Unpack(ByteString payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        float[] values = new float[payload.Length / ValueBytes];
        Read(payload.Span, values);
        return values;
    }

    /// <summary>Packs values into the start of <paramref name="bytes"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is shorter than 4 bytes per value.</exception>
    public static void Write(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        long needed = (long)values.Length * ValueBytes;
        if (bytes.Length < needed)
            throw new ArgumentException($"{values.Length} values need {needed} bytes; found room for {bytes.Length}.");
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
        }
        else
        {
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * ValueBytes)..], values[i]);
        }
    }

    /// <summary>Unpacks a payload of exactly <paramref name="values"/>.Length values.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not exactly 4 bytes per value.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        long expected = (long)values.Length * ValueBytes;
        if (bytes.Length != expected)
            throw new ArgumentException($"{values.Length} values are {expected} bytes; found {bytes.Length}.");
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values));
        }
        else
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * ValueBytes)..]);
        }
    }
}
