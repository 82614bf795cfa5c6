using EdgeRnn.Cli;
using EdgeRnn.Cli.Input;

namespace EdgeRnn.Server.Tests.Cli.Input;

public sealed class CsvFrameInputTests
{
    [Theory]
    [InlineData("4,5,6\n1,2,3\n")]
    [InlineData("4,5,6\n1,2,3")]
    [InlineData("x,y,z\n4,5,6\n1,2,3\n")]
    [InlineData("\n \nx,y,z\r\n4,5,6\r\n\r\n1,2,3\r\n")]
    [InlineData(" 4 , 5,6.0\n1e0,+2,.3e1\n")]
    [InlineData("4;5;6\n1;2;3\n")]
    [InlineData("4;5;6,0\n1,0;2;,3e1\n")]
    [InlineData("x;y;z\n4;5;6,0\n1;2;3\n")]
    [InlineData("4\t5\t6\n1\t2\t3\n")]
    [InlineData("  4  5 6 \n1 2\t3\n")]
    [InlineData("4,0 5,0 6,0\n1,0 2 3\n", ',')]
    [InlineData("\"4\",\"5\",\"6\"\n\"1\",2,\"3\" \n")]
    [InlineData("\"4,0\";5;6\n1;2;\"3\"\n")]
    [InlineData("# a comment, with cells\nx,y,z\n4,5,6\n # another\n1,2,3\n")]
    [InlineData("4,5,6,\n1,2,3,\n")]
    [InlineData("x,y,z,\n4,5,6,\n1,2,3\n")]
    [InlineData("4,5,6\r1,2,3\r")]
    [InlineData("4,5,6\r\n\r\n1,2,3\r\n")]
    [InlineData("sep=;\n4;5;6\n1;2;3")]
    public async Task ReadAsync_OfTwoFrames_ReadsThem(string text, char? decimalSeparator = null)
    {
        float[] frames = await ReadAsync(text, [], new CsvOptions { Decimal = decimalSeparator });
        Assert.Equal([4, 5, 6, 1, 2, 3], frames);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x,y,z\n")]
    [InlineData("\n\n")]
    public async Task ReadAsync_WithoutFrames_IsEmpty(string text) => Assert.Empty(await ReadAsync(text));

    [Theory]
    [InlineData("9,2,3\n4,5\n", "text: line 2: expected 3 columns, found 2")]
    [InlineData("9,2,3\n\n4,5,6,7\n", "text: line 3: expected 3 columns, found 4")]
    [InlineData("x,y,z\n1,b,3\n", "text: line 2, column 2 (frame 0): expected a number, found 'b'")]
    [InlineData("1,b,3\n", "text: line 1, column 2 (frame 0): expected a number, found 'b'")]
    [InlineData("1,2,\n", "text: line 1, column 3 (frame 0): expected a number, found ''")]
    [InlineData("time,x,y,z\n5,1,2,3\n", "text: line 1: expected 3 columns, found 4: if one is no value, choose the others with --columns, "
        + "such as --columns 2-4, or name the time stamps with --time")]
    [InlineData("garbage\n1,2,3\n", "text: line 1: expected 3 columns, found 1")]
    [InlineData("9,2,3\n1,\"2,3\n", "text: line 2: expected a quote at the end of a quoted cell, found the end of the line")]
    [InlineData("1;2,5;3\n1.5;2;3\n", "text: line 2, column 1 (frame 1): expected a number, found '1.5'")]
    [InlineData("1.5;2;3\n1.234,5;2;3\n", "text: line 2, column 1 (frame 1): expected a number, found '1.234,5'")]
    [InlineData("9,2,3\n0x10,2,3\n", "text: line 2, column 1 (frame 1): expected a number, found '0x10'")]
    [InlineData("9,2,3\n\u001b[2J\0,2,3\n", "text: line 2, column 1 (frame 1): expected a number, found '\\u{001B}[2J\\u{0000}'")]
    [InlineData("9,2,3\nx,y,z\n", "text: line 2, column 1 (frame 1): expected a number, found 'x'")]
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
        await Assert.ThrowsAsync<CliException>(() => ReadAsync("9,2,3\n4,5,6\noops,7,8\n", read));
        Assert.Equal([9, 2, 3, 4, 5, 6], read);
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

    [Theory]
    [InlineData("0,1,2\n4,5,6\n", null, new float[] { 4, 5, 6 }, "is taken as a header; --header no")]
    [InlineData("1,2,3\n4,5,6\n", null, new float[] { 4, 5, 6 }, "is taken as a header; --header no")]
    [InlineData("1,2,3\n4,5,6\n", false, new float[] { 1, 2, 3, 4, 5, 6 }, "")]
    [InlineData("7,8,9\n4,5,6\n", true, new float[] { 4, 5, 6 }, "")]
    [InlineData("2,3,4\n4,5,6\n", null, new float[] { 2, 3, 4, 4, 5, 6 }, "")]
    public async Task ReadAsync_FirstLineOfNumbers_IsAHeaderIfItCountsTheColumns(string text, bool? hasHeader, float[] expected, string warning)
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextReader.Null, TextWriter.Null, error, OutputIsTerminal: false, ErrorIsTerminal: false);
        Assert.Equal(expected, await ReadAsync(text, [], new CsvOptions { HasHeader = hasHeader }, terminal: terminal));
        Assert.Contains(warning, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(warning.Length == 0, error.ToString().Length == 0);
    }

    [Theory]
    [InlineData(1, "0\n4\n")]
    [InlineData(2, "0,1\n4,5\n")]
    public async Task ReadAsync_OneOrTwoNumbersThatCount_AreAFrameWithAWarning(int frameSize, string text)
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextReader.Null, TextWriter.Null, error, OutputIsTerminal: false, ErrorIsTerminal: false);
        Assert.Equal(2 * frameSize, (await ReadAsync(text, [], terminal: terminal, frameSize: frameSize)).Length);
        Assert.Contains("is taken as a frame; --header yes", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("time,x,label,y,z\nt0,1,ok,2,3\nt1,4,bad,5,6\n", "x,y,z", "time")]
    [InlineData("time,z,label,y,x\nt0,3,ok,2,1\nt1,6,bad,5,4\n", "x,y,z", "time")]
    [InlineData("t0,1,2,3\nt1,4,5,6\n", null, "1")]
    [InlineData("1,2,3,ok,t0\n4,5,6,bad,t1\n", "1-3", "5")]
    [InlineData("\"t0\";3;2;1\n\"t1\";6;5;4\n", "4,3,2", "1")]
    public async Task ReadAsync_ChosenColumns_AreTheFrameAndItsTime(string text, string? columns, string time)
    {
        var options = new CsvOptions { Columns = columns is null ? null : ColumnName.ParseList(columns), Time = ColumnName.Parse(time) };
        using var input = new CsvFrameInput("text", new StringReader(text), options);
        List<float> read = [];
        await foreach (ReadOnlyMemory<float> batch in input.ReadAsync(3))
            read.AddRange(batch.Span);
        Assert.Equal([1, 2, 3, 4, 5, 6], read);
        Assert.Equal(["t0", "t1"], new[] { input.Times!.Take(0), input.Times.Take(1) });
    }

    [Theory]
    [InlineData("x,y,z\n1,2,3\n", "x,yy,z", "--columns: expected a column of the header, found 'yy'")]
    [InlineData("x,y,y\n1,2,3\n", "x,y,1", "--columns: expected one column 'y', found 2: give its number")]
    [InlineData("9,2,3\n", "1,2,4", "--columns: expected numbers from 1 to 3, the columns of the line, found 4")]
    [InlineData("9,2,3\n", "1,2", "--columns: expected 3 columns, as a frame has values, found 2")]
    public async Task ReadAsync_ColumnsThatDoNotFit_AreRefused(string text, string columns, string expected) => Assert.Contains(
        expected,
        (await Assert.ThrowsAsync<CliException>(() => ReadAsync(text, [], new CsvOptions { Columns = ColumnName.ParseList(columns) }))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("skip", "9,2,3\n4,x,6\n7,8\n10,11,12\n", new float[] { 9, 2, 3, 10, 11, 12 }, "2 skipped, 0 with")]
    [InlineData("hold", "9,2,3\n4,x,6\n7,8\n10,11,12\n", new float[] { 9, 2, 3, 4, 2, 6, 4, 2, 6, 10, 11, 12 }, "0 skipped, 2 with")]
    [InlineData("hold", "1,2\n4,NaN,6\n7,8,9\n7,NaN,10\n", new float[] { 7, 8, 9, 7, 8, 10 }, "2 skipped, 1 with")]
    [InlineData("skip", "a,b\n1,2,3\n", new float[] { 1, 2, 3 }, "")]
    public async Task ReadAsync_BadLinesByPolicy_AreSkippedOrHeldAndCounted(string policy, string text, float[] expected, string told)
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextReader.Null, TextWriter.Null, error, OutputIsTerminal: false, ErrorIsTerminal: false);
        var options = new CsvOptions { BadLines = Enum.Parse<BadLinePolicy>(policy, ignoreCase: true) };
        Assert.Equal(expected, await ReadAsync(text, [], options, rejectsNonFinite: true, terminal));
        Assert.Contains(told, error.ToString(), StringComparison.Ordinal);
    }

    private static Task<float[]> ReadAsync(string text) => ReadAsync(text, []);

    private static async Task<float[]> ReadAsync(
        string text, List<float> read, CsvOptions? options = null, bool rejectsNonFinite = false, Terminal? terminal = null, int frameSize = 3)
    {
        using var input = new CsvFrameInput("text", new StringReader(text), options, terminal) { RejectsNonFinite = rejectsNonFinite };
        await foreach (ReadOnlyMemory<float> batch in input.ReadAsync(frameSize))
        {
            Assert.Equal(0, batch.Length % frameSize);
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
