using System.IO.Compression;
using System.Text;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Tensors;
using EdgeRnn.Runtime.Models.Tensors.Torch;

namespace EdgeRnn.Runtime.Tests.Models.Tensors.Torch;

public sealed class TorchFileTests
{
    // OrderedDict([('w', tensor)]): opcodes of protocol 2, as torch.save writes them.
    private const string Start = "\u0080\u0002ccollections\nOrderedDict\n)R(";
    private const string End = "u.";

    [Fact]
    public void ToSafetensors_ViewsOfAStorage_AreRowMajor()
    {
        using SafetensorsFile file = Open(Start + Tensor("w", "FloatStorage", 0, [2, 3], [3, 1]) + Tensor("t", "FloatStorage", 1, [3, 2], [1, 3]) + End,
            [0f, 1, 2, 3, 4, 5, 6]);
        Assert.Equal([0f, 1, 2, 3, 4, 5], file.ReadSingles("w"));
        Assert.Equal([1f, 4, 2, 5, 3, 6], file.ReadSingles("t"));
        Assert.Equal([3L, 2L], file["t"].Shape);
    }

    [Theory]
    [InlineData(0, new long[] { 8 }, new long[] { 1 })]
    [InlineData(5, new long[] { 3 }, new long[] { 1 })]
    [InlineData(0, new long[] { 4 }, new long[] { 3 })]
    [InlineData(0, new long[] { 100 }, new long[] { 0 })]
    [InlineData(0, new long[] { 2, 3 }, new long[] { 1 })]
    public void ToSafetensors_ViewBeyondItsStorage_IsRefused(int offset, long[] shape, long[] strides) =>
        Assert.Contains("w: expected a view of the 7 elements", Refusal(Start + Tensor("w", "FloatStorage", offset, shape, strides) + End), StringComparison.Ordinal);

    [Theory]
    [InlineData("\u0080\u0002cos\nsystem\nX\u0002\u0000\u0000\u0000ls\u0085R.", "the Python object os.system, which is not run")]
    [InlineData("\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093\u008c\u0002ls\u0085R.", "the Python object os.system, which is not run")]
    [InlineData("\u0080\u0002c__main__\nNet\n)\u0081.", "the Python object __main__.Net, which is not run")]
    [InlineData("\u0080\u0002c__main__\nN\u001b[2Jet\n)R.", "the Python object __main__.N\\u{001B}[2Jet, which is not run")]
    [InlineData("\u0080\u0002K\u0005.", "expected a state dict, found a number: save model.state_dict(), not the model")]
    [InlineData("\u0080\u0002}X\u0005\u0000\u0000\u0000epochK\u0003s.", "epoch: expected a tensor, found a number")]
    [InlineData("\u0080\u0002i", "operation 0x69")]
    [InlineData("\u0080\u0002(", "1 more bytes, found 0")]
    [InlineData("\u0080\u0002h\u0007.", "a value stored before")]
    public void ToSafetensors_OtherThanTensors_IsRefusedByName(string pickle, string words) =>
        Assert.Contains(words, Refusal(pickle), StringComparison.Ordinal);

    [Fact]
    public void ToSafetensors_Checkpoint_TakesItsStateDict()
    {
        string inner = Start[2..] + Tensor("w", "FloatStorage", 0, [7], [1]) + "u";
        using SafetensorsFile file = Open($"\u0080\u0002}}(X\u0005\u0000\u0000\u0000epochK\u0003X\n\u0000\u0000\u0000state_dict{inner}u.", new float[7]);
        Assert.Equal(["w"], file.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void ToSafetensors_CompressedEntry_IsRefused()
    {
        byte[] archive = Archive(Latin1(Start + Tensor("w", "FloatStorage", 0, [7], [1]) + End), new float[7], CompressionLevel.Optimal);
        ModelException error = Assert.Throws<ModelException>(() => TorchFile.ToSafetensors(ByteSource.FromMemory("m.pt", archive)));
        Assert.Contains("uncompressed bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToSafetensors_DamagedFile_IsAModelException()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] good = Archive(Latin1(Start + Tensor("w", "FloatStorage", 0, [2, 3], [3, 1]) + End), new float[7]);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = [.. good];
            for (int changes = random.Next(1, 5); changes > 0; changes--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                SafetensorsFile.Open(TorchFile.ToSafetensors(ByteSource.FromMemory("m.pt", damaged))).Dispose();
            }
            catch (ModelException)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {i}: {e}");
            }
        }
    }

    private static string Tensor(string name, string storage, int offset, long[] shape, long[] strides) =>
        $"{Text(name)}ctorch._utils\n_rebuild_tensor_v2\n(({Text("storage")}ctorch\n{storage}\n{Text("0")}{Text("cpu")}K\u0007tQK{(char)offset}{Tuple(shape)}{Tuple(strides)}"
        + "\u0089ccollections\nOrderedDict\n)RtR";

    private static string Text(string text) => $"X{(char)text.Length}\0\0\0{text}";

    private static string Tuple(long[] items) => $"({string.Concat(items.Select(item => $"K{(char)item}"))}t";

    private static byte[] Latin1(string pickle) => Encoding.Latin1.GetBytes(pickle);

    private static byte[] Archive(byte[] pickle, float[] values, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var written = new MemoryStream();
        using (var archive = new ZipArchive(written, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "m/data.pkl", pickle, CompressionLevel.NoCompression);
            Add(archive, "m/byteorder", "little"u8, CompressionLevel.NoCompression);
            Add(archive, "m/data/0", System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values), level);
        }

        return written.ToArray();
    }

    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> bytes, CompressionLevel level)
    {
        using Stream stream = archive.CreateEntry(name, level).Open();
        stream.Write(bytes);
    }

    private static SafetensorsFile Open(string pickle, float[] values) =>
        SafetensorsFile.Open(TorchFile.ToSafetensors(ByteSource.FromMemory("m.pt", Archive(Latin1(pickle), values))));

    private static string Refusal(string pickle) =>
        Assert.Throws<ModelException>(() => Open(pickle, new float[7]).Dispose()).Message;
}
