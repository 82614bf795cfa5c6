using System.Diagnostics;
using System.Net.Http.Headers;
using EdgeRnn.Server.Telemetry;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;

namespace EdgeRnn.Server.Tests.Telemetry;

/// <summary><c>/metrics</c> of the real server, read by independent parsers.</summary>
[Collection(nameof(MetricsEndpointTests))]
public sealed class MetricsEndpointTests
{
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private const string Text = "text/plain; version=0.0.4; charset=utf-8";

    private const string Parse = """
        import sys
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
        families = list(text_string_to_metric_families(sys.stdin.read()))
        assert all(family.documentation for family in families), "no help"
        print(len(families), sum(1 for family in families for sample in family.samples if sample.exemplar))
        """;

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/html,application/xhtml+xml", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.8", false)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0", false)]
    [InlineData("application/openmetrics-text;version=0.0.1", false)]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    public void PrefersOpenMetrics_ByAcceptedTypes_FollowsQualityAndVersion(string accept, bool expected)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        if (accept.Length > 0)
            request.Headers.Accept = accept;
        Assert.Equal(expected, MetricsEndpoint.PrefersOpenMetrics(new RequestHeaders(request.Headers)));
    }

    [ToolFact("prometheus", "promtool", "--version")]
    public async Task Text_AfterStreams_PassesPromtool()
    {
        await using TestServer server = await TestServer.StartAsync();
        await StreamAsync(server);

        (string? type, string? text) = await ScrapeAsync(server, "*/*");

        Assert.Equal(Text, type);
        Assert.Contains("edgernn_frames_computed_total{model=\"first\"} 20\n", text, StringComparison.Ordinal);
        Assert.Contains("edgernn_sessions_ended_total{model=\"first\",reason=\"end_of_input\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("edgernn_frame_latency_seconds_bucket{model=\"first\",stage=\"total\",le=\"+Inf\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("# HELP edgernn_weights_read_bytes_total ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("trace_id", text, StringComparison.Ordinal);
        Assert.Equal((0, ""), await RunAsync(text, "promtool", "check", "metrics"));
    }

    [ToolFact("python3-prometheus-client", "/usr/bin/python3", "-c", "import prometheus_client.openmetrics.parser")]
    public async Task OpenMetrics_OfTracedStream_IsReadWithItsExemplars()
    {
        await using TestServer server = await TestServer.StartAsync();
        string trace = ActivityTraceId.CreateRandom().ToHexString();
        await StreamAsync(server, new Metadata { { "traceparent", $"00-{trace}-00f067aa0ba902b7-01" } });

        (string? type, string? text) = await ScrapeAsync(server, "application/openmetrics-text; version=1.0.0");

        Assert.Equal(OpenMetrics, type);
        Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
        string[] exemplars = [.. text.Split('\n').Where(line => line.Contains($" # {{trace_id=\"{trace}\",span_id=\"", StringComparison.Ordinal))];
        Assert.Contains(exemplars, line => line.StartsWith("edgernn_frame_latency_seconds_bucket{", StringComparison.Ordinal));
        Assert.Contains(exemplars, line => line.StartsWith("edgernn_frames_computed_total{", StringComparison.Ordinal));
        (int exitCode, string? output) = await RunAsync(text, "/usr/bin/python3", "-c", Parse);
        Assert.Equal(0, exitCode);
        Assert.EndsWith($" {exemplars.Length}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenMetrics_OfUntracedStream_HasNoExemplars()
    {
        await using TestServer server = await TestServer.StartAsync();
        await StreamAsync(server);
        (string _, string? text) = await ScrapeAsync(server, "application/openmetrics-text; version=1.0.0");
        Assert.DoesNotContain("trace_id", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestDurations_AfterAStream_DoNotIncludeIt()
    {
        await using TestServer server = await TestServer.StartAsync();
        await StreamAsync(server);
        await server.Client.ListModelsAsync().Soon();

        (string _, string? text) = await ScrapeAsync(server, "*/*");

        string[] durations = [.. text.Split('\n').Where(line => line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal))];
        Assert.Contains(durations, line => line.Contains("ListModels", StringComparison.Ordinal));
        Assert.DoesNotContain(durations, line => line.Contains("StreamInfer", StringComparison.Ordinal));
        Assert.Contains("edgernn_session_duration_seconds_count{model=\"first\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrapes_AtTheSameTime_AreEachWhole()
    {
        await using TestServer server = await TestServer.StartAsync();
        (string Type, string Text)[] pages = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => ScrapeAsync(server, i % 2 == 0 ? "*/*" : "application/openmetrics-text")));
        Assert.All(pages, (page, i) =>
        {
            Assert.Equal(i % 2 == 0 ? Text : OpenMetrics, page.Type);
            Assert.Equal(i % 2 == 1, page.Text.EndsWith("\n# EOF\n", StringComparison.Ordinal));
            Assert.Single(page.Text.Split('\n'), line => line.StartsWith("target_info{", StringComparison.Ordinal));
        });
    }

    /// <summary>Streams 20 frames in 5 blocks.</summary>
    private static async Task StreamAsync(TestServer server, Metadata? headers = null)
    {
        using var stream = new RawStream(server.Service.StreamInfer(headers));
        await stream.SendAsync(new() { Open = new() { Model = "first", BlockSteps = 4, MaxBlockDelayMs = 60_000 } });
        await stream.SendFramesAsync(SamplePackages.Frames(20, seed: 1));
        await stream.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await stream.ReadToEndAsync()).Status.StatusCode);
        await Waiting.UntilAsync(() => server.Sessions.ActiveSessions == 0);
    }

    private static async Task<(string Type, string Text)> ScrapeAsync(TestServer server, string accept)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Server.HttpAddress, "metrics"));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using HttpResponseMessage response = await client.SendAsync(request).Soon();
        response.EnsureSuccessStatusCode();
        return (response.Content.Headers.ContentType!.ToString(), await response.Content.ReadAsStringAsync().Soon());
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string input, string program, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input).Soon();
        process.StandardInput.Close();
        await process.WaitForExitAsync().Soon();
        return (process.ExitCode, await output.Soon() + await errors.Soon());
    }

    /// <summary>Not parallel: servers of other tests have meters of the same name.</summary>
    [CollectionDefinition(nameof(MetricsEndpointTests), DisableParallelization = true)]
    public sealed class Alone;
}
