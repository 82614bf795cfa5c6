using System.Diagnostics;
using EdgeRnn.Cli.Output;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Server.Tests.Cli.Output;

public sealed class TensorResultOutputTests : IDisposable
{
    private readonly CliFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Write_BeforeTheEnd_LeavesAFileThatCanBeRead()
    {
        var time = new FakeTimeProvider();
        using var output = new TensorResultOutput(_files["out"], outputSize: 3, time);
        Assert.Equal([0, 1, 3], Shape());

        output.Write(0, 1, [1, 2, 3, 4, 5, 6]);
        Assert.Equal([0, 1, 3], Shape());
        time.Advance(TimeSpan.FromSeconds(1));
        output.Write(2, 1, [7, 8, 9]);

        Assert.Equal([3, 1, 3], Shape());
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], _files.ReadTensor("copy", "output").Values);
        output.Write(3, 1, [10, 11, 12]);
        output.Dispose();
        Assert.Equal([4, 1, 3], Shape());
    }

    [Fact]
    public void Write_MoreThanAPiece_IsInTheFileAtOnce()
    {
        using var output = new TensorResultOutput(_files["out"], outputSize: 1, new FakeTimeProvider());
        output.Write(0, 1, new float[70_001]);
        Assert.Equal([70_001, 1, 1], Shape());
    }

    /// <summary>Of a copy that another program makes: this process locks the file.</summary>
    private long[] Shape()
    {
        using (var copy = Process.Start("cp", [_files["out"], _files["copy"]]))
            copy.WaitForExit();
        using var file = SafetensorsFile.Open(_files["copy"]);
        return [.. file["output"].Shape];
    }
}
