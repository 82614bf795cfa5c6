using EdgeRnn.Cli.Output;

namespace EdgeRnn.Server.Tests.Cli.Output;

public sealed class CsvResultOutputTests
{
    [Fact]
    public void Write_WithLabels_NamesTheColumnsAndNumbersTheFrames()
    {
        using var text = new StringWriter();
        using var output = new CsvResultOutput(text, ownsWriter: false, ["plain", "with, comma", "with \"quotes\""], 3);
        output.Write(5, 2, [0.1f, -0f, float.NaN, 1e-45f, 3, float.PositiveInfinity]);
        Assert.Equal("frame,plain,\"with, comma\",\"with \"\"quotes\"\"\"\n5,0.1,-0,NaN\n7,1E-45,3,Infinity\n", text.ToString());
    }

    [Fact]
    public void Write_WithoutLabels_NumbersTheColumns()
    {
        using var text = new StringWriter();
        using var output = new CsvResultOutput(text, ownsWriter: false, [], 2);
        Assert.Equal("frame,out0,out1\n", text.ToString());
    }
}
