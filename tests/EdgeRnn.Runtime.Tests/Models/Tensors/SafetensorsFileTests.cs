using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Runtime.Tests.Models.Tensors;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Open_TensorsOfManyTypes_IndexesAllAndReadsFloats()
    {
        byte[] file = SafetensorsBytes.Of(
            """
            {"__metadata__":{"format":"pt"},"n":{"dtype":"I64","shape":[2],"data_offsets":[4,20]},
             "x":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"e":{"dtype":"F32","shape":[3,0],"data_offsets":[20,20]},
             "z":{"dtype":"F4","shape":[8],"data_offsets":[20,24]}}
            """,
            [.. BitConverter.GetBytes(1.25f), .. new byte[20]]);

        using SafetensorsFile tensors = SafetensorsBytes.Open(file);

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
    [InlineData("F32", "[2]", "[0,4]", "data_offsets: expected 8 bytes for F32 [2], found 4 bytes")]
    [InlineData("F32", "[1]", "[4,0]", "data_offsets: expected begin <= end, below 2^63, found 4 and 0")]
    [InlineData("F32", "[1]", "[-4,0]", "data_offsets[0]: expected an integer from 0, found -4")]
    [InlineData("F32", "[-1]", "[0,4]", "shape[0]: expected an integer from 0, found -1")]
    [InlineData("F32", "[1.5]", "[0,4]", "shape[0]: expected an integer from 0, found 1.5")]
    [InlineData("F32", "[4294967296,4294967296]", "[0,4]", "data_offsets: expected a size below 9223372036854775807 bytes")]
    [InlineData("F32", "[4611686018427387904]", "[0,0]", "data_offsets: expected a size below 9223372036854775807 bytes")]
    [InlineData("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]", "shape: expected an array of at most 8 integers, found an array of 9")]
    [InlineData("F32", "1", "[0,4]", "shape: expected an array of at most 8 integers, found 1")]
    [InlineData("F32", "[1]", "[0,4,4]", "data_offsets: expected an array of at most 2 integers, found an array of 3")]
    public void Open_BadTensor_NamesFilePlaceExpectedAndFound(string type, string shape, string offsets, string message)
    {
        string header = $$$"""{"x":{"dtype":"{{{type}}}","shape":{{{shape}}},"data_offsets":{{{offsets}}}}}""";
        AssertModelError($"t.safetensors: x.{message}", () => SafetensorsBytes.Open(SafetensorsBytes.Of(header, 4)));
    }

    [Theory]
    [InlineData("0,4", "0,4", 4, "y: expected data at byte 4, found 0: an overlap with another tensor")]
    [InlineData("0,4", "2,6", 6, "y: expected data at byte 4, found 2: an overlap with another tensor")]
    [InlineData("0,4", "8,12", 12, "y: expected data at byte 4, found 8: a hole before it")]
    [InlineData("4,8", "8,12", 12, "x: expected data at byte 0, found 4: a hole before it")]
    [InlineData("0,4", "4,8", 12, "expected 123 bytes in all, found 127")]
    public void Open_TensorsThatDoNotCoverTheData_AreRefused(string x, string y, int dataBytes, string message)
    {
        string header = $$$"""
            {"x":{"dtype":"F32","shape":[1],"data_offsets":[{{{x}}}]},"y":{"dtype":"F32","shape":[1],"data_offsets":[{{{y}}}]}}
            """;
        AssertModelError($"t.safetensors: {message}", () => SafetensorsBytes.Open(SafetensorsBytes.Of(header, dataBytes)));
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[0],"data_offsets":[0]}}""", "x: expected dtype, shape and two data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","data_offsets":[0,0]}}""", "x: expected dtype, shape and two data_offsets")]
    [InlineData("""{"x":{"shape":[0],"data_offsets":[0,0]}}""", "x.dtype: expected a text, found nothing")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"more":1}}""", "x.more: expected one of data_offsets")]
    [InlineData("""{"x":3}""", "x: expected a JSON object, found 3")]
    [InlineData("""{"x":{},"x":{}}""", "expected valid JSON, found: ")]
    [InlineData("[]", "root: expected a JSON object, found an array of 0")]
    [InlineData("{", "expected valid JSON, found: ")]
    [InlineData("", "expected valid JSON, found: ")]
    public void Open_BrokenHeader_NamesFilePlaceExpectedAndFound(string header, string message) =>
        AssertModelError($"t.safetensors: {message}", () => SafetensorsBytes.Open(SafetensorsBytes.Of(header, 0)));

    [Fact]
    public void Open_DeepJson_IsAModelError() => AssertModelError(
        "t.safetensors: expected valid JSON", () => SafetensorsBytes.Open(SafetensorsBytes.Of($"{{\"x\":{new string('[', 1 << 20)}", 0)));

    [Fact]
    public void Open_LongTensorName_IsAModelErrorThatDoesNotRepeatIt()
    {
        string header = $$$"""{"{{{new string('n', 5000)}}}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""";
        ModelException error = Assert.Throws<ModelException>(() => SafetensorsBytes.Open(SafetensorsBytes.Of(header, 0)));
        Assert.InRange(error.Message.Length, 1, 300);
    }

    [Theory]
    [InlineData(0, "expected at least 8 bytes, found 0")]
    [InlineData(7, "expected at least 8 bytes, found 7")]
    [InlineData(9, "expected at least 65 bytes, found 9: the file was cut off, 56 bytes are missing")]
    [InlineData(80, "expected at least 81 bytes, found 80: the file was cut off, 1 bytes are missing")]
    public void Open_Truncated_SaysWhatIsMissing(int length, string message)
    {
        byte[] whole = SafetensorsBytes.Of("""{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}  """, 16);
        AssertModelError($"t.safetensors: {message}", () => SafetensorsBytes.Open(whole[..length]));
    }

    [Fact]
    public void Open_HeaderLengthBeyondTheLimit_IsRefusedBeforeItIsRead()
    {
        using var folder = new TemporaryFolder();
        using (FileStream stream = File.Create(folder["big"]))
        {
            stream.Write(BitConverter.GetBytes((16UL << 20) + 1));
            stream.SetLength(20 << 20);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();

        AssertModelError(
            $"{folder["big"]}: header length: expected at most 16777216 bytes, found 16777217",
            () => SafetensorsFile.Open(folder["big"]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void Open_HeaderLengthBeyondTheFile_IsRefused(ulong length) => AssertModelError(
        $"t.safetensors: header length: expected at most 2 bytes, found {length}",
        () => SafetensorsBytes.Open([.. BitConverter.GetBytes(length), .. "{}"u8]));

    [Fact]
    public void Open_NameThatStandsForAnotherTensor_HasItsElements()
    {
        // As safetensors.torch.save_model writes tied weights: once, with the other name in the metadata.
        const string Header = """{"__metadata__":{"y":"x","format":"pt","z":"absent"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";
        using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Of(Header, 8));
        Assert.Equal(["x", "y"], file.Tensors.Select(tensor => tensor.Name).Order());
        Assert.Equal(file.ReadSingles("x"), file.ReadSingles("y"));
    }

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
    public async Task Open_Pipe_IsRefusedWithoutWaitingForAWriter()
    {
        using var folder = new TemporaryFolder();
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [folder["pipe"]]))
            await mkfifo.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        var opening = Task.Run(() => SafetensorsFile.Open(folder["pipe"]).Dispose());

        ModelException error = await Assert.ThrowsAsync<ModelException>(() => opening.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.EndsWith("expected a readable file, found: an empty file, or none with a length", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_InvalidText_IsAModelError()
    {
        byte[] file = SafetensorsBytes.Of("""{"?":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0);
        file[Array.IndexOf(file, (byte)'?')] = 0xff;
        AssertModelError("t.safetensors: expected valid JSON", () => SafetensorsBytes.Open(file));
    }

    private static void AssertModelError(string start, Action act) =>
        Assert.StartsWith(start, Assert.Throws<ModelException>(act).Message, StringComparison.Ordinal);
}
