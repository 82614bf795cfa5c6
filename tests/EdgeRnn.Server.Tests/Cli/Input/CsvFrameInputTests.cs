using EdgeRnn.Cli;
using EdgeRnn.Cli.Input;

namespace EdgeRnn.Server.Tests.Cli.Input;

public sealed class CsvFrameInputTests
{
    [Theory]
    [InlineData("1,2,3\n4,5,6\n")]
    [InlineData("1,2,3\n4,5,6")]
    [InlineData("x,y,z\n1,2,3\n4,5,6\n")]
    [InlineData("\n \nx,y,z\r\n1,2,3\r\n\r\n4,5,6\r\n")]
    [InlineData(" 1 , 2,3.0\n4e0,+5,.6e1\n")]
    public async Task ReadAsync_OfTwoFrames_ReadsThem(string text)
    {
        float[] frames = await ReadAsync(text);
        Assert.Equal([1, 2, 3, 4, 5, 6], frames);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x,y,z\n")]
    [InlineData("\n\n")]
    public async Task ReadAsync_WithoutFrames_IsEmpty(string text) => Assert.Empty(await ReadAsync(text));

    [Theory]
    [InlineData("1,2,3\n4,5\n", "text: line 2: expected 3 columns, found 2")]
    [InlineData("1,2,3\n\n4,5,6,7\n", "text: line 3: expected 3 columns, found 4")]
    [InlineData("x,y,z\n1,b,3\n", "text: line 2, column 2 (frame 0): expected a number, found 'b'")]
    [InlineData("1,b,3\n", "text: line 1, column 2 (frame 0): expected a number, found 'b'")]
    [InlineData("1,2,\n", "text: line 1, column 3 (frame 0): expected a number, found ''")]
    [InlineData("1,2,3\nx,y,z\n", "text: line 2, column 1 (frame 1): expected a number, found 'x'")]
    public async Task ReadAsync_OfABadLine_NamesItsPlace(string text, string expected) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<CliException>(() => ReadAsync(text))).Message);

    [Theory]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("1e39")]
    [InlineData("x")]
    public async Task ReadAsync_NotFiniteIfTheModelRejectsIt_NamesItsPlaceAfterTheFramesBefore(string cell)
    {
        var read = new List<float>();

        CliException fault = await Assert.ThrowsAsync<CliException>(
            () => ReadAsync($"a,b,c\n1,2,3\n\n4,5,6\n7,{cell},9\n", read, rejectsNonFinite: true));

        Assert.Equal($"text: line 5, column 2 (frame 2): expected a finite number, found '{cell}'", fault.Message);
        Assert.Equal([1, 2, 3, 4, 5, 6], read);
    }

    [Fact]
    public async Task ReadAsync_NotFiniteIfTheModelAcceptsIt_ReadsIt()
    {
        float[] frame = await ReadAsync("1,NaN,1e39\n");
        Assert.Equal([1, float.NaN, float.PositiveInfinity], frame);
    }

    [Fact]
    public async Task ReadAsync_OfABadLine_ReturnsTheFramesBeforeIt()
    {
        var read = new List<float>();
        await Assert.ThrowsAsync<CliException>(() => ReadAsync("1,2,3\n4,5,6\noops,7,8\n", read));
        Assert.Equal([1, 2, 3, 4, 5, 6], read);
    }

    [Fact]
    public async Task ReadAsync_OfAnEndlessLine_StopsAtTheLimit()
    {
        using var input = new CsvFrameInput("text", new EndlessLine());
        CliException fault = await Assert.ThrowsAsync<CliException>(async () =>
        {
            await foreach (ReadOnlyMemory<float> _ in input.ReadAsync(3))
            {
            }
        }).Soon();
        Assert.Equal($"text: line 1: expected at most {LineReader.MaxLineLength} characters, found more", fault.Message);
    }

    [Fact]
    public async Task ReadAsync_OfRandomBits_ReadsBackWhatWasWritten()
    {
        const int Seed = 20;
        var random = new Random(Seed);
        IEnumerable<float> any = Enumerable.Range(0, 3 * 4000)
            .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)));
        // Text does not keep the payload of a NaN.
        float[] values = [.. any.Select(value => float.IsNaN(value) ? -0f : value)];
        using var text = new StringWriter();
        new EdgeRnn.Cli.Output.CsvFrameWriter(text, 3).Write(values);
        Bits.AssertEqual(values, await ReadAsync(text.ToString()), $"seed {Seed}");
    }

    private static Task<float[]> ReadAsync(string text) => ReadAsync(text, []);

    private static async Task<float[]> ReadAsync(string text, List<float> read, bool rejectsNonFinite = false)
    {
        using var input = new CsvFrameInput("text", new StringReader(text)) { RejectsNonFinite = rejectsNonFinite };
        await foreach (ReadOnlyMemory<float> batch in input.ReadAsync(3))
        {
            Assert.Equal(0, batch.Length % 3);
            read.AddRange(batch.Span);
        }

        return [.. read];
    }

    private sealed class EndlessLine : TextReader
    {
        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill('1');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
