using System.Text;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Safetensors;

namespace EdgeRnn.Runtime.Tests.Models.Safetensors;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Open_TensorsOfManyTypes_IndexesAllAndReadsFloats()
    {
        var file = SafetensorsBytes.Of(
            """
            {"__metadata__":{"format":"pt"},"n":{"dtype":"I64","shape":[2],"data_offsets":[4,20]},
             "x":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"e":{"dtype":"F32","shape":[3,0],"data_offsets":[20,20]},
             "z":{"dtype":"F4","shape":[8],"data_offsets":[20,24]}}
            """,
            [.. BitConverter.GetBytes(1.25f), .. new byte[20]]);

        using var tensors = SafetensorsBytes.Open(file);

        Assert.Equal(["e", "n", "x", "z"], tensors.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([1.25f], tensors.ReadSingles("x"));
        Assert.Empty(tensors.ReadSingles("e"));
        Assert.Equal("[3, 0]", tensors["e"].ShapeText);
        Assert.False(tensors.Contains("__metadata__"));
        AssertModelError("t.safetensors: n: expected element type F32, F16, BF16 or F64, found I64", () => tensors.ReadSingles("n"));
        AssertModelError("t.safetensors: z: expected element type F32, F16, BF16 or F64, found F4", () => tensors.ReadSingles("z"));
        AssertModelError("t.safetensors: expected a tensor y, found e, n, x, z", () => tensors.ReadSingles("y"));
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "x.data_offsets: expected 8 bytes for F32 [2], found 4 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "x.data_offsets: expected begin <= end <= 4, the bytes after the header, found 4 and 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "x.data_offsets: expected begin <= end <= 4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "x.data_offsets[0]: expected an integer from 0, found -4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "x.shape[0]: expected an integer from 0, found -1")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "x.data_offsets: expected a size below 9223372036854775807 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}""", 0, "x.data_offsets: expected a size below 9223372036854775807 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "x.shape: expected an array of at most 8 integers, found an array of 9")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "x.data_offsets: expected an array of at most 2 integers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "x: expected dtype, shape and two data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "x: expected dtype, shape and two data_offsets")]
    [InlineData("""{"x":{"shape":[1],"data_offsets":[0,4]}}""", 4, "x.dtype: expected a text, found nothing")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "x.more: expected one of data_offsets, dtype, shape, found an unknown key")]
    [InlineData("""{"x":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "x.shape: expected an array of at most 8 integers, found 1")]
    [InlineData("""{"x":3}""", 0, "x: expected a JSON object, found 3")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "y: expected data at byte 4, found 0: an overlap with another tensor")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "y: expected data at byte 4, found 8: a hole before it")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "expected 63 bytes in all, found 67")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "expected valid JSON, found: ")]
    [InlineData("[]", 0, "root: expected a JSON object, found an array of 0")]
    [InlineData("{", 0, "expected valid JSON, found: ")]
    [InlineData("", 0, "expected valid JSON, found: ")]
    public void Open_BrokenHeader_NamesFilePlaceExpectedAndFound(string header, int dataBytes, string message) =>
        AssertModelError($"t.safetensors: {message}", () => SafetensorsBytes.Open(SafetensorsBytes.Of(header, dataBytes)));

    [Fact]
    public void Open_DeepJson_IsAModelError() => AssertModelError(
        "t.safetensors: expected valid JSON", () => SafetensorsBytes.Open(SafetensorsBytes.Of($"{{\"x\":{new string('[', 1 << 20)}", 0)));

    [Fact]
    public void Open_LongTensorName_IsAModelErrorThatDoesNotRepeatIt()
    {
        var header = $$$"""{"{{{new string('n', 5000)}}}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""";
        var error = Assert.Throws<ModelException>(() => SafetensorsBytes.Open(SafetensorsBytes.Of(header, 0)));
        Assert.InRange(error.Message.Length, 1, 300);
    }

    [Theory]
    [InlineData(0, "expected at least 8 bytes, found 0")]
    [InlineData(7, "expected at least 8 bytes, found 7")]
    [InlineData(9, "header length: expected at most 1 bytes, found 57")]
    public void Open_Truncated_SaysWhatIsMissing(int length, string message)
    {
        var whole = SafetensorsBytes.Of("""{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}  """, 16);
        AssertModelError($"t.safetensors: {message}", () => SafetensorsBytes.Open(whole[..length]));
    }

    [Fact]
    public void Open_HeaderLengthBeyondTheLimit_IsRefusedBeforeItIsRead()
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder["big"]))
        {
            stream.Write(BitConverter.GetBytes((16UL << 20) + 1));
            stream.SetLength(1L << 32);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertModelError($"{folder["big"]}: header length: expected at most 16777216 bytes, found 16777217", () => SafetensorsFile.Open(folder["big"]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100UL)]
    public void Open_HeaderLengthBeyondTheFile_IsRefused(ulong length) => AssertModelError(
        $"t.safetensors: header length: expected at most 2 bytes, found {length}",
        () => SafetensorsBytes.Open([.. BitConverter.GetBytes(length), .. "{}"u8]));

    [Fact]
    public void ReadSingles_FileTruncatedSinceItWasOpened_IsAModelError()
    {
        using var folder = new TemporaryFolder();
        new SafetensorsWriter().Add("x", [40000], new float[40000]).Save(folder["x"]);
        using var file = SafetensorsFile.Open(folder["x"]);
        using (var stream = new FileStream(folder["x"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(100000);

        AssertModelError($"{folder["x"]}: expected", () => file.ReadSingles("x"));
    }

    [Fact]
    public void Open_MissingFileOrFolder_IsAModelError()
    {
        using var folder = new TemporaryFolder();
        AssertModelError($"{folder["gone"]}: expected a readable file, found", () => SafetensorsFile.Open(folder["gone"]));
        AssertModelError($"{folder.Path}: expected a readable file, found", () => SafetensorsFile.Open(folder.Path));
    }

    [Fact]
    public void Open_InvalidText_IsAModelError()
    {
        var file = SafetensorsBytes.Of("""{"?":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0);
        file[Array.IndexOf(file, (byte)'?')] = 0xff;
        AssertModelError("t.safetensors: expected valid JSON", () => SafetensorsBytes.Open(file));
    }

    [Fact]
    public void Open_BytesFlippedOrCutAnywhere_GivesTensorsOrAModelError()
    {
        const int Seed = 977, Rounds = 20000;
        var random = new Random(Seed);
        var whole = Whole();
        for (var round = 0; round < Rounds; round++)
        {
            var file = whole.AsSpan(0, random.Next(4) == 0 ? random.Next(whole.Length) : whole.Length).ToArray();
            for (var flips = random.Next(1, 4); flips > 0 && file.Length > 0; flips--)
            {
                // Mostly the header, where the structure is.
                var at = random.Next(random.Next(8) == 0 ? file.Length : Math.Min(file.Length, 260));
                file[at] = random.Next(2) == 0 ? (byte)random.Next(256) : "{}[]\",:0123456789-"u8[random.Next(18)];
            }
            try
            {
                using var tensors = SafetensorsBytes.Open(file);
                foreach (var tensor in tensors.Tensors.Where(tensor => tensor.Type is "F32" or "F16" or "BF16" or "F64"))
                    Assert.Equal(tensor.Shape.Aggregate(1L, (a, b) => a * b), tensors.ReadSingles(tensor.Name).Length);
            }
            catch (ModelException)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed} round {round}: {e}\n{Encoding.Latin1.GetString(file)}");
            }
        }
    }

    private static byte[] Whole()
    {
        using var stream = new MemoryStream();
        new SafetensorsWriter()
            .Add("a.weight", [3, 5], new float[15])
            .Add("a.bias", "F16", [5], new byte[10])
            .Add("b", "BF16", [2, 1], new byte[4])
            .Add("c", "I64", [1], new byte[8])
            .Add("d", "F64", [2], new byte[16])
            .WriteTo(stream);
        return stream.ToArray();
    }

    private static void AssertModelError(string start, Action act) =>
        Assert.StartsWith(start, Assert.Throws<ModelException>(act).Message, StringComparison.Ordinal);
}
