using EdgeRnn.Cli.Simulation;

namespace EdgeRnn.Server.Tests.Cli;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly CliFiles _files = new();

    [Fact]
    public async Task Simulate_OfASeed_GivesTheSameBytesOnlyForThatSeed()
    {
        await CliRun.SucceedAsync("simulate", "--seconds", "2", "--seed", "5", "--output", _files["a.safetensors"]);
        await CliRun.SucceedAsync("simulate", "--seconds", "2", "--seed", "5", "--output", _files["b.safetensors"]);
        await CliRun.SucceedAsync("simulate", "--seconds", "2", "--seed", "6", "--output", _files["c.safetensors"]);
        Assert.Equal(_files.Bytes("a.safetensors"), _files.Bytes("b.safetensors"));
        Assert.NotEqual(_files.Bytes("a.safetensors"), _files.Bytes("c.safetensors"));
    }

    [Fact]
    public async Task Simulate_ToCsv_HasTheFramesOfTheTensorFile()
    {
        await CliRun.SucceedAsync("simulate", "--seconds", "1", "--seed", "5", "--recordings", "2", "--output", _files["a.safetensors"]);
        CliRun csv = await CliRun.SucceedAsync("simulate", "--seconds", "1", "--seed", "5", "--recordings", "2", "--output", "-");

        (long[] shape, float[] values) = _files.ReadTensor("a.safetensors", "x");
        Assert.Equal([100, MachineSimulator.FrameSize], shape);
        using var input = new EdgeRnn.Cli.Input.CsvFrameInput("csv", new StringReader(csv.Output));
        var read = new List<float>();
        await foreach (ReadOnlyMemory<float> batch in input.ReadAsync(MachineSimulator.FrameSize))
            read.AddRange(batch.Span);
        Bits.AssertEqual(values, [.. read]);
    }

    [Fact]
    public async Task Simulate_OfTooManyRecordings_IsWrongUse()
    {
        string error = await CliRun.FailAsync(
            2, "simulate", "--seconds", "86400", "--recordings", "6", "--output", _files["a.safetensors"]);
        Assert.Contains("--recordings: expected at most 5 of 86400 s, found 6", error, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();
}
