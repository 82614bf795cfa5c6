using System.Diagnostics;
using EdgeRnn.Runtime.Sessions;
using Grpc.Core;

namespace EdgeRnn.Server.Telemetry;

/// <summary>The span of one stream, from the call to its status; within the client's trace if it sent one (W3C traceparent).</summary>
internal sealed class StreamTrace : IDisposable
{
    public const string SourceName = "EdgeRnn.Server";

    // A stream, and with it its span, may live for weeks: the number of events must be bounded.
    private const int MaxSlowBlocks = 128;

    private static readonly ActivitySource Source = new(SourceName);

    private readonly Activity _span;
    private StreamSession? _session;
    private long _slowBlocks;

    private StreamTrace(Activity span) => _span = span;

    /// <summary>Starts the span; null if it is not recorded.</summary>
    public static StreamTrace? Start(ServerCallContext context)
    {
        if (!Source.HasListeners())
            return null;
        // ASP.NET Core's span of the request is not exported: as a child of it, this one would have lost its parent.
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

    /// <summary>Adds an event if the block was slow, up to <see cref="MaxSlowBlocks"/> of them.</summary>
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

        // The codes that OpenTelemetry's conventions count as server errors; a client's mistakes are none.
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
