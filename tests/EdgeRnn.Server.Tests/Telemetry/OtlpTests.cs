using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgeRnn.Client;
using EdgeRnn.Server.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Server.Tests.Telemetry;

/// <summary><c>edgernn serve</c> with OpenTelemetry's standard variables.</summary>
public sealed class OtlpTests
{
    private static readonly string[] Signals = ["/v1/logs", "/v1/metrics", "/v1/traces"];
    private static readonly string[] AnyPorts = ["--grpc-port", "0", "--http-port", "0"];

    [Fact]
    public async Task Serve_WithOtlpEndpoint_ExportsMetricsTracesAndLogs()
    {
        await using var collector = new Collector();
        string endpoint = await collector.StartAsync();
        using var process = ServerProcess.Start(AnyPorts,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", "press-7"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_BLRP_SCHEDULE_DELAY", "100"));
        (Uri? grpc, Uri _) = await process.ListeningAsync();
        using var client = new EdgeRnnClient(grpc);
        await using (InferenceStream stream = await client.OpenAsync(new InferenceOptions()).Soon())
            await stream.CompleteAsync().Soon();

        foreach (string signal in Signals)
            await Waiting.UntilAsync(() => collector.Received(signal).Contains("press-7", StringComparison.Ordinal));
        await Waiting.UntilAsync(() => collector.Received("/v1/metrics").Contains("edgernn.sessions.ended", StringComparison.Ordinal));
        await Waiting.UntilAsync(() => collector.Received("/v1/traces").Contains("InferenceService/StreamInfer", StringComparison.Ordinal));
        await Waiting.UntilAsync(() => collector.Received("/v1/logs").Contains("Session 00000001 ended", StringComparison.Ordinal));
        process.Terminate();
        Assert.Equal(0, (await process.ExitAsync()).ExitCode);
    }

    [Theory]
    [InlineData("", false, false, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://a", true, true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://a", false, true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://a OTEL_LOGS_EXPORTER=none", true, true, false)]
    [InlineData("OTEL_METRICS_EXPORTER=otlp", true, false, false)]
    public void Signals_ByVariables_AreThoseThatWereAskedFor(string variables, bool metrics, bool traces, bool logs)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => new KeyValuePair<string, string?>(variable.Split('=')[0], variable.Split('=')[1]))).Build();
        var signals = new OtlpSignals(configuration);
        Assert.Equal((metrics, traces, logs), (signals.Metrics, signals.Traces, signals.Logs));
    }

    [Fact]
    public async Task Console_InContainer_IsJsonOnStderr()
    {
        using var process = ServerProcess.Start(AnyPorts, ("DOTNET_RUNNING_IN_CONTAINER", "true"));
        await process.ListeningAsync();
        process.Terminate();
        (int exitCode, string _, string? errors) = await process.ExitAsync();

        Assert.Equal(0, exitCode);
        string[] lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.True(JsonDocument.Parse(line).RootElement.TryGetProperty("EventId", out _)));
    }

    /// <summary>Records what exporters post, and answers 200.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, StringBuilder> _received = new();
        private readonly WebApplication _app;

        public Collector()
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            _app = builder.Build();
            _app.Run(ReceiveAsync);
        }

        public async Task<string> StartAsync()
        {
            await _app.StartAsync().Soon();
            return _app.Urls.Single();
        }

        /// <summary>All bytes that came to a path so far, as Latin-1 characters.</summary>
        public string Received(string path)
        {
            if (!_received.TryGetValue(path, out StringBuilder? text))
                return "";
            lock (text)
                return text.ToString();
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task ReceiveAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            StringBuilder text = _received.GetOrAdd(context.Request.Path, _ => new StringBuilder());
            lock (text)
                text.Append(Encoding.Latin1.GetString(body.ToArray()));
        }
    }
}
