using System.Text.Json;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Cli.Load;

/// <summary><c>load</c> against the real server in this process and against misbehaving ones.</summary>
public sealed class LoadCommandTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private string Address => _server.Server.GrpcAddress.ToString();

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(options => options.Runtime.MaxSessions = 3);

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Load_AsJson_HasItsKeysAndCountsEveryFrame()
    {
        JsonElement report = (await LoadAsync("--streams", "3", "--rate", "40", "--block-steps", "4", "--pid", $"{Environment.ProcessId}")).Json;

        string[] keys =
        [
            "streams", "rate_hz", "frames_per_message", "duration_s", "frames_sent", "frames_answered", "frames_dropped", "deadline_misses",
            "errors", "latency_ms", "block_steps", "frames_per_s", "server",
        ];
        Assert.Empty(keys.Except(Names(report)));
        Assert.Equal(["p50", "p90", "p99", "p999", "max"], Names(report.GetProperty("latency_ms")));
        Assert.Equal(["cpu_s", "rss_start", "rss_half", "rss_end"], Names(report.GetProperty("server")));
        AssertFrames(report, due: 120, sent: 120, answered: 120);
        Assert.Equal(120, report.GetProperty("block_steps").EnumerateObject().Sum(block => int.Parse(block.Name, null) * block.Value.GetInt32()));
        Assert.True(report.GetProperty("server").GetProperty("rss_half").GetInt64() > 0);
    }

    [Fact]
    public async Task Load_SeveralFramesPerMessage_SendsWholeMessages()
    {
        using var files = new CliFiles();
        string input = files.Write("in.csv", CliFiles.Csv(SamplePackages.Frames(11, seed: 3), SamplePackages.Inputs));

        CliRun run = await LoadAsync("--streams", "2", "--rate", "40", "--frames-per-message", "5", "--input", input);

        AssertFrames(run.Json, due: 80, sent: 80, answered: 80);
    }

    [Fact]
    public async Task Load_OfNaNInText_NamesItsLineAndSendsNothing()
    {
        using var files = new CliFiles();
        string input = files.Write("in.csv", "a,b,c,d,e,f,g\n1,2,3,4,5,6,NaN\n");

        string error = await CliRun.FailAsync(
            1, "load", "--address", Address, "--model", "first", "--streams", "1", "--duration", "1", "--input", input);

        Assert.Contains("in.csv: line 2, column 7 (frame 0): expected a finite number, found 'NaN'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_WithoutARate_GetsAnswersToAllItSent()
    {
        JsonElement report = (await LoadAsync("--streams", "2", "--block-steps", "16", "--frames-per-message", "16")).Json;

        long sent = report.GetProperty("frames_sent").GetInt64();
        // More than fits both windows, so that the streams went on after window updates.
        Assert.InRange(sent, 2 * (96 * 1024 / (SamplePackages.Inputs * sizeof(float))) + 1, long.MaxValue);
        AssertFrames(report, due: sent, sent: sent, answered: sent);
    }

    [Fact]
    public async Task Load_AsText_ReportsTheSame()
    {
        CliRun run = await CliRun.SucceedAsync("load", "--address", Address, "--model", "first", "--streams", "1", "--rate", "40", "--duration", "1");
        Assert.Contains("40 due, 40 sent, 40 answered, 0 dropped", run.Output, StringComparison.Ordinal);
        Assert.Contains("p99.9", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_OfAServerThatAnswersAtTheEnd_MeasuresFromTheDueTimes()
    {
        await using ScriptedServer stalled = await ScriptedServer.StartAsync(async (requests, responses, _) =>
        {
            await ScriptedServer.OpenAsync(requests, responses);
            uint frames = 0;
            while (await requests.MoveNext(CancellationToken.None))
                frames++;
            await responses.WriteAsync(ScriptedServer.Result(0, frames));
            await responses.WriteAsync(ScriptedServer.End(frames));
        });

        CliRun run = await CliRun.SucceedAsync(
            "load", "--address", stalled.Address.ToString(), "--model", "x", "--streams", "1", "--rate", "20", "--duration", "1", "--budget", "100", "--json");

        AssertFrames(run.Json, due: 20, sent: 20, answered: 20);
        // The last frame is due 950 ms after the first, and only then does the server answer. The histogram is off by up to 0.1 %.
        Assert.InRange(run.Json.GetProperty("latency_ms").GetProperty("max").GetDouble(), 949, double.MaxValue);
        Assert.InRange(run.Json.GetProperty("latency_ms").GetProperty("p50").GetDouble(), 449, double.MaxValue);
        Assert.InRange(run.Json.GetProperty("deadline_misses").GetInt32(), 17, 20);
    }

    [Fact]
    public async Task Load_OfAServerThatFails_CountsTheFramesThatItNeverTook()
    {
        await using ScriptedServer broken = await ScriptedServer.StartAsync(async (requests, responses, _) =>
        {
            await ScriptedServer.OpenAsync(requests, responses);
            throw new RpcException(new Status(StatusCode.Internal, "the model failed, 100 %"));
        });

        CliRun run = await CliRun.StartAsync(
            "load", "--address", broken.Address.ToString(), "--model", "x", "--streams", "2", "--rate", "20", "--duration", "1", "--budget", "100", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("edgernn: 2 of 2 streams failed: the model failed, 100 % (Internal)\n", run.Error);
        Assert.Equal((40, 0), (run.Json.GetProperty("frames_due").GetInt32(), run.Json.GetProperty("frames_answered").GetInt32()));
        Assert.InRange(run.Json.GetProperty("deadline_misses").GetInt32(), 34, 40);
        Assert.InRange(run.Json.GetProperty("latency_ms").GetProperty("max").GetDouble(), 949, double.MaxValue);
    }

    [Fact]
    public async Task Load_OfTooManyStreams_ReportsAndFails()
    {
        CliRun run = await CliRun.StartAsync(
            "load", "--address", Address, "--model", "first", "--streams", "5", "--rate", "20", "--duration", "1", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("edgernn: 2 of 5 streams failed: ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("(ResourceExhausted)\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.Json.GetProperty("errors").GetInt32());
        Assert.Equal(60, run.Json.GetProperty("frames_answered").GetInt32());
    }

    [Theory]
    [InlineData("expected one of first, second", "--model", "third")]
    [InlineData("expected a running process, found none", "--model", "first", "--pid", "2147483647")]
    [InlineData("expected at least 1 frames, found 0", "--model", "first", "--input", "/dev/null")]
    public async Task Load_OfWrongTargets_NamesTheFault(string expected, params string[] args)
    {
        string error = await CliRun.FailAsync(1, ["load", "--address", Address, "--streams", "1", "--rate", "1", .. args]);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_WithoutAServer_NamesTheFault()
    {
        string error = await CliRun.FailAsync(1, "load", "--address", "http://127.0.0.1:1", "--model", "x", "--streams", "1", "--rate", "1");
        Assert.Contains("expected an EdgeRnn server, found none", error, StringComparison.Ordinal);
    }

    private Task<CliRun> LoadAsync(params string[] args) =>
        CliRun.SucceedAsync(["load", "--address", Address, "--model", "first", "--duration", "1", "--json", .. args]);

    private static void AssertFrames(JsonElement report, long due, long sent, long answered)
    {
        Assert.Equal((due, sent, answered), (Number("frames_due"), Number("frames_sent"), Number("frames_answered")));
        Assert.Equal((0, 0), (Number("frames_dropped"), Number("errors")));

        long Number(string name) => report.GetProperty(name).GetInt64();
    }

    private static IEnumerable<string> Names(JsonElement report) => report.EnumerateObject().Select(property => property.Name);
}
