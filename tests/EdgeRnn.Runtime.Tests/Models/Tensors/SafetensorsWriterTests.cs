using System.Buffers.Binary;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models.Tensors;

public sealed class SafetensorsWriterTests
{
    [Fact]
    public void Save_Tensors_ReadBackEqual()
    {
        using var folder = new TemporaryFolder();
        float[] values = [1, -0f, float.NaN, float.Epsilon, 5, 6];
        new SafetensorsWriter()
            .Add("state \"é\"", [1, 2, 3], values)
            .Add("empty", [0, 4], [])
            .Add("bytes", "U8", [3], new byte[] { 1, 2, 3 })
            .Save(folder["x.safetensors"]);

        using var file = SafetensorsFile.Open(folder["x.safetensors"]);

        Assert.Equal(["bytes", "empty", "state \"é\""], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(
            values.Select(BitConverter.SingleToInt32Bits),
            file.ReadSingles("state \"é\"").Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([1L, 2, 3], file["state \"é\""].Shape);
        Assert.Equal(("U8", 3L), (file["bytes"].Type, file["bytes"].Bytes));
    }

    [Fact]
    public void WriteTo_AnyTensors_BeginsTheDataAligned()
    {
        for (int length = 1; length < 20; length++)
        {
            using var stream = new MemoryStream();
            new SafetensorsWriter().Add(new string('x', length), [2], [1, 2]).WriteTo(stream);
            Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(stream.ToArray()) % 8);
        }
    }

    [Fact]
    public void Add_ValuesThatDoNotFit_AreRefused()
    {
        SafetensorsWriter writer = new SafetensorsWriter().Add("x", [2], [1, 2]);
        Assert.Throws<ArgumentException>(() => writer.Add("y", [3], [1, 2]));
        Assert.Throws<ArgumentException>(() => writer.Add("x", [1], [1]));
        Assert.Throws<ArgumentException>(() => writer.Add("z", "F5", [1], new byte[1]));
        Assert.Throws<OverflowException>(() => writer.Add("w", [1L << 40, 1L << 40], []));
    }
}
