using System.Diagnostics;
using EdgeRnn.Runtime.Sessions;
using Grpc.Core;

namespace EdgeRnn.Server.Telemetry;

/// <summary>The span of one stream, from the call to its status, within the client's trace where it sent one (W3C traceparent).</summary>
internal sealed class StreamTrace : IDisposable
{
    public const string SourceName = "EdgeRnn.Server";

    // A span lives as long as its stream, for weeks perhaps; its events must not.
    private const int MaxSlowBlocks = 128;

    private static readonly ActivitySource Source = new(SourceName);

    private readonly Activity _span;
    private StreamSession? _session;
    private long _slowBlocks;

    private StreamTrace(Activity span) => _span = span;

    /// <summary>Starts the span; null where it is not recorded.</summary>
    public static StreamTrace? Start(ServerCallContext context)
    {
        if (!Source.HasListeners())
            return null;
        // The host's own span of the request is exported by nobody: below it, ours would have lost its parent.
        Activity.Current = null;
        Activity? span = Source.StartActivity(context.Method.TrimStart('/'), ActivityKind.Server, ParentOf(context.RequestHeaders));
        if (span is not { Recorded: true })
        {
            span?.Dispose();
            return null;
        }

        string[] names = context.Method.Split('/', StringSplitOptions.RemoveEmptyEntries);
        span.SetTag("rpc.system", "grpc").SetTag("rpc.service", names[0]).SetTag("rpc.method", names[^1]);
        return new StreamTrace(span);
    }

    public void Opened(StreamSession session)
    {
        _session = session;
        session.Span = _span;
        _span.SetTag("edgernn.session", session.Id).SetTag("edgernn.model", session.Model.Name)
            .SetTag("edgernn.block_steps", session.Options.BlockSteps);
    }

    /// <summary>Notes a block that was slow, up to a number of them.</summary>
    public void BlockComputed(FrameBlock block)
    {
        if (!block.IsSlow || ++_slowBlocks > MaxSlowBlocks)
            return;
        _span.AddEvent(new ActivityEvent("slow block", tags: new ActivityTagsCollection
        {
            ["edgernn.first_index"] = block.FirstIndex,
            ["edgernn.steps"] = block.Steps,
            ["edgernn.block_wait_s"] = block.BlockWait.TotalSeconds,
            ["edgernn.queue_s"] = block.QueueTime.TotalSeconds,
            ["edgernn.compute_s"] = block.ComputeTime.TotalSeconds,
        }));
    }

    public void Ended(Status status)
    {
        _span.SetTag("rpc.grpc.status_code", (int)status.StatusCode).SetTag("edgernn.slow_blocks", _slowBlocks);
        if (_session is { } session)
        {
            _span.SetTag("edgernn.end", session.End?.ToString())
                .SetTag("edgernn.frames.accepted", session.FramesAccepted).SetTag("edgernn.frames.computed", session.FramesComputed);
        }

        // What OpenTelemetry counts as a server's error; what a client did wrong is none.
        if (status.StatusCode is StatusCode.Internal or StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Unknown)
            _span.SetStatus(ActivityStatusCode.Error, status.Detail);
    }

    public void Dispose() => _span.Dispose();

    private static ActivityContext ParentOf(Metadata headers) =>
        ActivityContext.TryParse(
            headers.GetValue("traceparent"), headers.GetValue("tracestate"), isRemote: true, out ActivityContext parent)
            ? parent
            : default;
}
