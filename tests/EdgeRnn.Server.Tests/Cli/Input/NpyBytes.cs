using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeRnn.Server.Tests.Cli.Input;

/// <summary>Files as numpy.save writes them.</summary>
internal static class NpyBytes
{
    /// <param name="type">The descr of the header.</param>
    /// <param name="shape">The shape as Python prints it.</param>
    public static byte[] Of<T>(string type, string shape, T[] values, byte version = 1, string order = "False")
        where T : struct
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}";
        header = header.PadRight((header.Length + 64) / 64 * 64) + "\n";
        byte[] length = new byte[version == 1 ? 2 : 4];
        if (version == 1)
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. MemoryMarshal.AsBytes(values.AsSpan())];
    }
}
