using EdgeRnn.Cli;
using EdgeRnn.Cli.Input;

namespace EdgeRnn.Server.Tests.Cli.Input;

public sealed class NpyFrameInputTests : IDisposable
{
    private readonly CliFiles _files = new();
    private readonly StringWriter _error = new();

    public static TheoryData<string, byte[]> Types => new()
    {
        { "<f4", NpyBytes.Of<float>("<f4", "(2, 3)", [1, 2, 3, 4, 5, 6]) },
        { "<f4 version 2", NpyBytes.Of<float>("<f4", "(2, 3)", [1, 2, 3, 4, 5, 6], version: 2) },
        { "<f8", NpyBytes.Of<double>("<f8", "(2, 1, 3)", [1, 2, 3, 4, 5, 6]) },
        { "<f2", NpyBytes.Of<Half>("<f2", "(6, 1)", [(Half)1, (Half)2, (Half)3, (Half)4, (Half)5, (Half)6]) },
        { "|i1", NpyBytes.Of<sbyte>("|i1", "(2, 3)", [1, 2, 3, 4, 5, 6]) },
        { "<u2", NpyBytes.Of<ushort>("<u2", "(2, 3)", [1, 2, 3, 4, 5, 6]) },
        { "<i8", NpyBytes.Of<long>("<i8", "(2, 3)", [1, 2, 3, 4, 5, 6]) },
        { ">i2", NpyBytes.Of<short>(">i2", "(2, 3)", [256, 512, 768, 1024, 1280, 1536]) },
    };

    public void Dispose()
    {
        _files.Dispose();
        _error.Dispose();
    }

    [Theory, MemberData(nameof(Types))]
    public async Task ReadAsync_AnyNumberType_ReadsItsValues(string type, byte[] file)
    {
        float[] read = await ReadAsync(file, 3);
        Assert.Equal([1, 2, 3, 4, 5, 6], read);
        Assert.Equal(type is "<f8" or "<i8", _error.ToString().Contains("rounded to f4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadAsync_OneDimensionOfOneValueFrames_ReadsThem()
    {
        float[] read = await ReadAsync(NpyBytes.Of<float>("<f4", "(3,)", [7, 8, 9]), 1);
        Assert.Equal([7, 8, 9], read);
    }

    [Theory]
    [InlineData("<f4", "(2, 4)", "False", 8, "expected the shape [T, 3], [T, 1, 3] or [T, n] with n a divisor of 3, found [2, 4]")]
    [InlineData("<f4", "(6,)", "False", 6, "expected the shape [T, 3], [T, 1, 3] or [T, n] with n a divisor of 3, found [6]")]
    [InlineData("<f4", "(2, 3)", "True", 6, "expected rows one after the other, found columns: save numpy.ascontiguousarray(x)")]
    [InlineData("<f4", "(2, 3)", "False", 5, "expected 24 bytes of values, found 20: 4 bytes are missing")]
    [InlineData("<f4", "(99999999999, 3)", "False", 5, "expected at most 2147483647 values, found [99999999999, 3]")]
    [InlineData("<c8", "(2, 3)", "False", 12, "expected numbers of type f2, f4, f8, i1 to i8 or u1 to u8, found <c8")]
    [InlineData("|O", "(2, 3)", "False", 12, "expected numbers of type f2, f4, f8, i1 to i8 or u1 to u8, found |O")]
    public async Task ReadAsync_OtherArrays_AreRefusedByName(string type, string shape, string order, int count, string expected) =>
        Assert.EndsWith(expected, await RefusalAsync(NpyBytes.Of<float>(type, shape, new float[count], order: order)), StringComparison.Ordinal);

    [Fact]
    public async Task ReadAsync_OtherFiles_AreRefusedByName()
    {
        Assert.EndsWith("expected an array that numpy.save wrote, found another file", await RefusalAsync("PK\u0003\u0004, an .npz"u8.ToArray()), StringComparison.Ordinal);
        byte[] whole = NpyBytes.Of<float>("<f4", "(2, 3)", new float[6]);
        Assert.EndsWith("found the end of the file", await RefusalAsync(whole[..40]), StringComparison.Ordinal);
        Assert.EndsWith("expected version 1, 2 or 3 of the format, found 9", await RefusalAsync(NpyBytes.Of<float>("<f4", "(2, 3)", [], version: 9)), StringComparison.Ordinal);
    }

    private async Task<string> RefusalAsync(byte[] file) => (await Assert.ThrowsAsync<CliException>(() => ReadAsync(file, 3))).Message;

    private async Task<float[]> ReadAsync(byte[] file, int frameSize)
    {
        await File.WriteAllBytesAsync(_files["x.npy"], file);
        var terminal = new Terminal(TextReader.Null, TextWriter.Null, _error, OutputIsTerminal: false, ErrorIsTerminal: false);
        using var input = NpyFrameInput.Open(_files["x.npy"], terminal);
        List<float> read = [];
        await foreach (ReadOnlyMemory<float> batch in input.ReadAsync(frameSize))
            read.AddRange(batch.Span);
        return [.. read];
    }
}
