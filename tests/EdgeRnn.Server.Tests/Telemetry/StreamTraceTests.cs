using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeRnn.Protocol.V1;
using Grpc.Core;
using OpenTelemetry;
using OpenTelemetry.Trace;
using StatusCode = Grpc.Core.StatusCode;

namespace EdgeRnn.Server.Tests.Telemetry;

public sealed class StreamTraceTests
{
    private const string ParentSpan = "00f067aa0ba902b7";
    private readonly string _trace = ActivityTraceId.CreateRandom().ToHexString();
    private readonly ConcurrentBag<Activity> _exported = [];

    [Fact]
    public async Task Stream_OfTracingClient_IsOneSpanBelowItsParent()
    {
        await using TestServer server = await StartAsync();
        Activity span = await StreamAsync(server, new OpenSession { Model = "first", BlockSteps = 4 });

        Assert.Equal((_trace, ParentSpan, ActivityKind.Server), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString(), span.Kind));
        Assert.Equal("edgernn.v1.InferenceService/StreamInfer", span.DisplayName);
        Assert.Equal("vendor=1", span.TraceStateString);
        Assert.Equal("first", span.GetTagItem("edgernn.model"));
        Assert.Equal("EndOfInput", span.GetTagItem("edgernn.end"));
        Assert.Equal((20L, 20L), (span.GetTagItem("edgernn.frames.accepted"), span.GetTagItem("edgernn.frames.computed")));
        Assert.Equal((0, ActivityStatusCode.Unset), (span.GetTagItem("rpc.grpc.status_code"), span.Status));
        Assert.Empty(span.Events);
    }

    [Fact]
    public async Task Stream_WithSlowBlocks_HasAnEventForEachUpToABound()
    {
        await using TestServer server = await StartAsync(new HurryingTime());
        Activity span = await StreamAsync(server, new OpenSession { Model = "first", BlockSteps = 1, MaxBlockDelayMs = 1 }, frames: 150);

        Assert.Equal(150L, span.GetTagItem("edgernn.slow_blocks"));
        ActivityEvent[] events = [.. span.Events];
        Assert.Equal(128, events.Length);
        Assert.Equal(Enumerable.Range(0, 128).Select(i => (object?)(long)i), events.Select(e => e.Tags.Single(tag => tag.Key == "edgernn.first_index").Value));
    }

    [Fact]
    public async Task Stream_Refused_IsASpanWithTheStatus()
    {
        await using TestServer server = await StartAsync();
        Activity span = await StreamAsync(server, new OpenSession { Model = "third" }, frames: 0);
        Assert.Equal(((object)(int)StatusCode.NotFound, ActivityStatusCode.Unset), (span.GetTagItem("rpc.grpc.status_code"), span.Status));
    }

    [Fact]
    public async Task Stream_OfClientThatDoesNotTrace_HasNoSpan()
    {
        await using TestServer server = await StartAsync();
        using RawStream stream = await server.OpenRawAsync();
        await stream.CompleteAsync();
        await stream.ReadToEndAsync();
        await server.Server.DisposeAsync().AsTask().Soon();
        Assert.DoesNotContain(_exported, span => span.ParentSpanId == default);
    }

    private Task<TestServer> StartAsync(TimeProvider? time = null) => TestServer.StartAsync(time: time, compose: builder =>
        builder.Services.ConfigureOpenTelemetryTracerProvider(traces =>
            traces.AddProcessor(new SimpleActivityExportProcessor(new BagExporter(_exported)))));

    private async Task<Activity> StreamAsync(TestServer server, OpenSession open, int frames = 20)
    {
        var headers = new Metadata { { "traceparent", $"00-{_trace}-{ParentSpan}-01" }, { "tracestate", "vendor=1" } };
        using var stream = new RawStream(server.Service.StreamInfer(headers));
        await stream.SendAsync(new StreamInferRequest { Open = open });
        if (frames > 0)
            await stream.SendFramesAsync(SamplePackages.Frames(frames, seed: 1));
        await stream.CompleteAsync();
        await stream.ReadToEndAsync();
        await Waiting.UntilAsync(() => Ours.Any());
        return Assert.Single(Ours);
    }

    /// <summary>Not parallel: activity sources are found by name, so servers of other tests would export these spans too.</summary>
    private IEnumerable<Activity> Ours => _exported.Where(span => span.TraceId.ToHexString() == _trace);

    private sealed class BagExporter(ConcurrentBag<Activity> exported) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (Activity span in batch)
                exported.Add(span);
            return ExportResult.Success;
        }
    }

    /// <summary>A clock that advances by 5 ms each time it is read.</summary>
    private sealed class HurryingTime : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Add(ref _looks, 5);
    }
}
