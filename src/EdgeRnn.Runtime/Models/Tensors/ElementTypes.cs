using System.Buffers.Binary;

namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>The element types of safetensors: their sizes, and the conversion of the readable ones to float32.</summary>
internal static class ElementTypes
{
    public const string Float32 = "F32";
    public const string Float64 = "F64";
    public const string BFloat16 = "BF16";

    /// <summary>Signed integers; what they represent is up to the reader of the tensor.</summary>
    public const string Int8 = "I8";

    /// <summary>Bytes per element; null for an unknown type.</summary>
    public static int? SizeOf(string type) => type switch
    {
        "BOOL" or "U8" or Int8 or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 1,
        "U16" or "I16" or "F16" or BFloat16 => 2,
        "U32" or "I32" or Float32 => 4,
        "U64" or "I64" or Float64 or "C64" => 8,
        _ => null,
    };

    public static bool IsReadable(string type) => type is Float32 or Float64 or "F16" or BFloat16;

    /// <summary>Converts little-endian elements. Exact, except for F64, which is rounded to nearest.</summary>
    public static void ToSingle(string type, ReadOnlySpan<byte> from, Span<float> to)
    {
        switch (type)
        {
            case Float32:
                for (int i = 0; i < to.Length; i++)
                    to[i] = BinaryPrimitives.ReadSingleLittleEndian(from[(i * 4)..]);
                break;
            case Float64:
                for (int i = 0; i < to.Length; i++)
                    to[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(from[(i * 8)..]);
                break;
            case "F16":
                for (int i = 0; i < to.Length; i++)
                    to[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(from[(i * 2)..]);
                break;
            case BFloat16:
                for (int i = 0; i < to.Length; i++)
                    to[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(from[(i * 2)..]) << 16);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "not a readable element type");
        }
    }
}
