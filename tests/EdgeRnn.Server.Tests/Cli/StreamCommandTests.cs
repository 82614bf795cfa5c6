using System.Globalization;
using System.Text.Json;
using EdgeRnn.Cli;

namespace EdgeRnn.Server.Tests.Cli;

/// <summary><c>stream</c> and <c>models</c> against the real server in this process.</summary>
public sealed class StreamCommandTests : IAsyncLifetime, IDisposable
{
    private readonly CliFiles _files = new();
    private TestServer _server = null!;

    private string Address => _server.Server.GrpcAddress.ToString();

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    [Fact]
    public async Task Stream_FromCsvToCsv_GivesTheModelsBits()
    {
        float[] frames = SamplePackages.Frames(45, seed: 11);
        string csv = _files.Write("in.csv", "a,b,c,d,e,f,g\r\n\n" + Csv(frames));

        CliRun run = await StreamAsync("first", csv, "--block-steps", "7");

        Bits.AssertEqual(_server.Expected(frames), Values(run.Output, frames: 45));
    }

    [Fact]
    public async Task Stream_FromTensorToTensor_GivesTheModelsBits()
    {
        float[] frames = SamplePackages.Frames(3000, seed: 12);
        string input = _files.WriteTensor("in.safetensors", "input", [3000, 1, SamplePackages.Inputs], frames);

        CliRun run = await StreamAsync("second", input, "--output", _files["out.safetensors"]);

        Assert.Equal("", run.Output);
        (long[] shape, float[] values) = _files.ReadTensor("out.safetensors", "output");
        Assert.Equal([3000, 1, SamplePackages.Units], shape);
        Bits.AssertEqual(_server.Expected(frames, "second"), values);
    }

    [Fact]
    public async Task Stream_WithOutputEvery_NumbersTheFrames()
    {
        string csv = _files.Write("in.csv", Csv(SamplePackages.Frames(11, seed: 13)));
        CliRun run = await StreamAsync("first", csv, "--output-every", "5", "--block-steps", "4");
        Assert.Equal(["frame", "0", "5", "10"], Lines(run.Output).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public async Task Stream_FromStandardInput_WritesResultsBeforeTheInputEnds()
    {
        float[] frames = SamplePackages.Frames(2, seed: 14);
        using var input = new StepwiseReader();
        using var output = new WaitingWriter();
        var terminal = new EdgeRnn.Cli.Terminal(input, output, TextWriter.Null, false, false);
        Task<int> run = CommandLineHost.InvokeAsync(CommandLine.Create(terminal),
            ["stream", "--address", Address, "--model", "first", "--input", "-", "--max-delay", "1"], output, TextWriter.Null);

        input.Give(Csv(frames[..SamplePackages.Inputs]));
        await output.ContainsAsync("\n0,").Soon();
        Assert.False(run.IsCompleted);
        input.Give(Csv(frames[SamplePackages.Inputs..]));
        await output.ContainsAsync("\n1,").Soon();
        input.End();

        Assert.Equal(0, await run.Soon());
        Bits.AssertEqual(_server.Expected(frames), Values(output.ToString(), frames: 2));
    }

    [Fact]
    public async Task Stream_WithRate_SendsTheSameFrames()
    {
        float[] frames = SamplePackages.Frames(5, seed: 15);
        string csv = _files.Write("in.csv", Csv(frames));
        CliRun run = await StreamAsync("first", csv, "--rate", "500");
        Bits.AssertEqual(_server.Expected(frames), Values(run.Output, frames: 5));
    }

    [Fact]
    public async Task Stream_WithABadLine_WritesTheResultsBeforeItAndNamesIt()
    {
        float[] frames = SamplePackages.Frames(3, seed: 16);
        var input = new StringReader(Csv(frames) + "1,2,3,x4,5,6,7\n");
        CliRun run = await CliRun.StartAsync(input, "stream", "--address", Address, "--model", "first", "--input", "-");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("edgernn: standard input: line 4, column 4 (frame 3): expected a finite number, found 'x4'", run.Error.TrimEnd());
        Bits.AssertEqual(_server.Expected(frames), Values(run.Output, frames: 3));
    }

    [Theory]
    [InlineData("first", 1)]
    [InlineData("second", 0)]
    public async Task Stream_OfNaNInText_NamesItsLineIfTheModelRejectsIt(string model, int exitCode)
    {
        string csv = _files.Write("in.csv", "a,b,c,d,e,f,g\n1,2,3,4,5,6,NaN\n");
        CliRun run = await CliRun.StartAsync("stream", "--address", Address, "--model", model, "--input", csv);

        Assert.Equal(exitCode, run.ExitCode);
        string fault = $"edgernn: {csv}: line 2, column 7 (frame 0): expected a finite number, found 'NaN'";
        Assert.Equal(exitCode == 1, run.Error.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stream_OfARejectedFrame_ReportsTheServersMessage()
    {
        string input = _files.WriteTensor("in.safetensors", "input", [1, 7], [1, 2, 3, 4, 5, 6, float.NaN]);
        string error = await FailAsync("stream", "--address", Address, "--model", "first", "--input", input);
        Assert.Contains("found NaN", error, StringComparison.Ordinal);
        Assert.Contains("InvalidInput", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_OfAnUnknownModel_NamesTheServersModels()
    {
        string csv = _files.Write("in.csv", "1,2,3,4,5,6,7\n");
        string error = await FailAsync("stream", "--address", Address, "--model", "third", "--input", csv);
        Assert.Contains("expected one of first, second, found 'third'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_WithoutAServer_NameItsAddress()
    {
        string address = Address;
        string csv = _files.Write("in.csv", "1,2,3,4,5,6,7\n");
        await _server.Server.DisposeAsync().AsTask().Soon();
        foreach (string[] command in (string[][])[["models"], ["stream", "--input", csv]])
        {
            string error = await FailAsync([.. command, "--address", address]);
            Assert.Contains($"{address.TrimEnd('/')}: expected an EdgeRnn server, found none", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Models_AsJson_DescribesThem()
    {
        JsonElement models = (await CliRun.SucceedAsync("models", "--address", Address, "--json")).Json;
        Assert.Equal(["first", "second"], models.EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Equal(SamplePackages.Inputs, models[0].GetProperty("frame_size").GetInt32());
    }

    [Fact]
    public async Task Models_OnTheHttpPort_NamesTheGrpcPort()
    {
        await using TestServer server = await TestServer.StartAsync();

        string error = await CliRun.FailAsync(1, "models", "--address", server.Server.HttpAddress.ToString());

        Assert.Contains("expected an EdgeRnn server, found something else: the gRPC port speaks plaintext HTTP/2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_AsText_IsATable()
    {
        string[] lines = Lines((await CliRun.SucceedAsync("models", "--address", Address)).Output);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("NAME", lines[0], StringComparison.Ordinal);
        Assert.Equal(lines[0].IndexOf("FAMILY", StringComparison.Ordinal), lines[1].IndexOf("sru", StringComparison.Ordinal));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _files.Dispose();

    private static async Task<string> FailAsync(params string[] args)
    {
        CliRun run = await CliRun.StartAsync(args);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        return run.Error;
    }

    private Task<CliRun> StreamAsync(string model, string input, params string[] options) =>
        CliRun.SucceedAsync(["stream", "--address", Address, "--model", model, "--input", input, .. options]);

    private static string Csv(float[] frames) => CliFiles.Csv(frames, SamplePackages.Inputs);

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static float[] Values(string csv, int frames)
    {
        string[] lines = Lines(csv);
        Assert.Equal("frame," + string.Join(',', Enumerable.Range(0, SamplePackages.Units).Select(i => $"out{i}")), lines[0]);
        Assert.Equal(Enumerable.Range(0, frames).Select(i => $"{i}"), lines[1..].Select(line => line.Split(',')[0]));
        return [.. lines[1..].SelectMany(line => line.Split(',')[1..]).Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))];
    }
}
