using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Output;

namespace EdgeRnn.Server.Tests.Cli.Output;

public sealed class CsvResultOutputTests
{
    [Fact]
    public void Write_WithLabels_NamesTheColumnsAndNumbersTheFrames()
    {
        using var text = new StringWriter();
        using var output = new CsvResultOutput(
            text, ownsWriter: false, new OutputRows(3, ["plain", "with, comma", "with \"quotes\""], AreIndependent: false));
        output.Write(5, 2, [0.1f, -0f, float.NaN, 1e-45f, 3, 2.5f]);
        Assert.Equal(
            "frame,plain,\"with, comma\",\"with \"\"quotes\"\"\",label\n5,0.1,-0,NaN,plain\n7,1E-45,3,2.5,\"with, comma\"\n", text.ToString());
    }

    [Fact]
    public void Write_WithoutLabels_NumbersTheColumns()
    {
        using var text = new StringWriter();
        using var output = new CsvResultOutput(text, ownsWriter: false, new OutputRows(2, [], AreIndependent: false));
        Assert.Equal("frame,out0,out1\n", text.ToString());
    }

    [Fact]
    public void Write_IndependentOutputsAndTimes_ListsTheLabelsFromOneHalfAndTheTime()
    {
        using var text = new StringWriter();
        var times = new FrameTimes();
        using var output = new CsvResultOutput(text, ownsWriter: false, new OutputRows(2, ["a", "\u001b[2Jb"], AreIndependent: true), times);
        times.Add(4, "dropped");
        times.Add(5, "10:00,5");
        times.Add(7, "10:01");
        output.Write(5, 1, [0.5f, 0.7f, 0.1f, 0.2f, 0.6f, 0.4f]);
        Assert.Equal(
            "frame,a,\\u{001B}[2Jb,label,time\n5,0.5,0.7,a|\\u{001B}[2Jb,\"10:00,5\"\n6,0.1,0.2,,\n7,0.6,0.4,a,10:01\n", text.ToString());
    }
}
