using System.Buffers.Binary;
using System.Text;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models.Tensors;

/// <summary>Makes safetensors files by hand, well-formed or not.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, int dataBytes) => Of(header, new byte[dataBytes]);

    public static byte[] Of(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. data];
    }

    public static SafetensorsFile Open(byte[] file) => SafetensorsFile.Open(ByteSource.FromMemory("t.safetensors", file));

    public static float[] ReadSingles(string type, byte[] data, long count)
    {
        using SafetensorsFile file = Open(Of($$$"""{"x":{"dtype":"{{{type}}}","shape":[{{{count}}}],"data_offsets":[0,{{{data.Length}}}]}}""", data));
        return file.ReadSingles("x");
    }
}
