using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Sessions;
using Google.Protobuf;
using LatencyObjective = EdgeRnn.Runtime.Sessions.LatencyObjective;
using OverloadPolicy = EdgeRnn.Runtime.Sessions.OverloadPolicy;
using Wire = EdgeRnn.Protocol.V1;

namespace EdgeRnn.Server.Rpc;

/// <summary>Translates between the messages of the contract and the types of the runtime.</summary>
internal static class Messages
{
    private const ulong NanosecondsPerTick = 100;

    public static SessionRequest ToRequest(OpenSession open) => new(
        open.Model,
        open.HasBlockSteps ? open.BlockSteps : null,
        open.HasMaxBlockDelayMs ? TimeSpan.FromMilliseconds(open.MaxBlockDelayMs) : null,
        open.HasOutputEvery ? open.OutputEvery : null,
        open.HasLatencyBudgetMs ? TimeSpan.FromMilliseconds(open.LatencyBudgetMs) : null,
        ObjectiveOf(open.Objective),
        PolicyOf(open.OverloadPolicy),
        open.HasFrameRateHz ? open.FrameRateHz : null,
        open.ClientName);

    public static StreamInferResponse Opened(StreamSession session, ModelInfo model, RuntimeOptions limits)
    {
        var opened = new SessionOpened
        {
            SessionId = session.Id,
            Model = model,
            BlockSteps = (uint)session.Options.BlockSteps,
            MaxBlockDelayMs = (uint)session.Options.MaxBlockDelay.TotalMilliseconds,
            OutputEvery = (uint)session.Options.OutputEvery,
            IdleTimeoutMs = (ulong)limits.IdleTimeout.TotalMilliseconds,
            OverloadPolicy = WireOf(session.Options.OverloadPolicy),
            FrameRateHz = session.Options.FrameRateHz,
        };
        if (session.Options.LatencyBudget is { } budget)
        {
            opened.LatencyBudgetMs = (uint)budget.TotalMilliseconds;
            opened.Objective = WireOf(session.Options.Objective);
        }

        return new StreamInferResponse { Opened = opened };
    }

    public static ModelInfo Describe(RecurrentModel model, long sessionBytes, int maxBlockSteps) => new()
    {
        Name = model.Name,
        Version = model.Version,
        Fingerprint = model.Fingerprint,
        Family = model.Family,
        FrameSize = (uint)model.InputSize,
        OutputSize = (uint)model.OutputSize,
        FrameRateHz = model.Description.FrameRate ?? 0,
        Labels = { model.Labels },
        OutputActivation = WordOf(model.HeadActivation),
        Layers = (uint)model.LayerCount,
        Parameters = (ulong)model.Parameters,
        WeightBytes = (ulong)model.WeightBytes,
        SessionBytes = (ulong)sessionBytes,
        MaxBlockSteps = (uint)maxBlockSteps,
        NonFinite = model.RejectsNonFinite ? "reject" : model.HoldsNonFinite ? "hold" : "pass",
        Precision = model.Precision,
    };

    /// <param name="previousWrite">Duration of the previous result's write.</param>
    public static StreamInferResponse Result(FrameBlock block, TimeSpan previousWrite)
    {
        byte[] outputs = new byte[block.OutputBytes];
        block.CopyOutputs(outputs);
        var result = new Result
        {
            FirstIndex = (ulong)block.FirstOutputIndex,
            Count = (uint)block.OutputCount,
            Outputs = UnsafeByteOperations.UnsafeWrap(outputs),
            Reason = ReasonOf(block.Reason),
            BlockSteps = (uint)block.Steps,
            BlockWaitNs = Nanoseconds(block.BlockWait),
            QueueNs = Nanoseconds(block.QueueTime),
            ComputeNs = Nanoseconds(block.ComputeTime),
            PassSessions = (uint)block.PassSessions,
            PreviousWriteNs = Nanoseconds(previousWrite),
            FramesDropped = (ulong)block.FramesDropped,
        };
        if (block.BudgetMargin is { } margin)
            result.BudgetMarginNs = margin.Ticks * (long)NanosecondsPerTick;
        if (block.ClientTimestamp is { } timestamp)
            result.ClientTimestamp = timestamp;
        return new StreamInferResponse { Result = result };
    }

    public static StreamInferResponse Notice(OutletItem item) => new()
    {
        Notice = new Notice
        {
            Kind = item.Kind == OutletItemKind.Draining ? NoticeKind.Draining : NoticeKind.OverCapacity,
            Message = item.Violation is { } violation ? RequestFields.Describe(violation) : item.Message,
        },
    };

    public static StreamInferResponse End(OutletItem item) => new()
    {
        End = new SessionEnded
        {
            Reason = StatusMap.Of(item.End).Reason,
            Message = item.Message,
            FramesAccepted = (ulong)item.Session.FramesAccepted,
            FramesComputed = (ulong)item.Session.FramesComputed,
            FramesDropped = (ulong)item.Session.FramesDropped,
        },
    };

    /// <summary>The name of the field that a request has.</summary>
    public static string NameOf(StreamInferRequest.RequestOneofCase request) => request switch
    {
        StreamInferRequest.RequestOneofCase.None => "none of its fields",
        StreamInferRequest.RequestOneofCase.Open => "open",
        StreamInferRequest.RequestOneofCase.Frames => "frames",
        StreamInferRequest.RequestOneofCase.Flush => "flush",
        StreamInferRequest.RequestOneofCase.Reset => "reset",
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, null),
    };

    private static string WordOf(HeadActivation activation) => activation switch
    {
        HeadActivation.None => "none",
        HeadActivation.Softmax => "softmax",
        HeadActivation.Sigmoid => "sigmoid",
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, null),
    };

    private static Wire.BlockReason ReasonOf(Runtime.Sessions.BlockReason reason) => reason switch
    {
        Runtime.Sessions.BlockReason.Full => Wire.BlockReason.Full,
        Runtime.Sessions.BlockReason.Delay => Wire.BlockReason.Delay,
        Runtime.Sessions.BlockReason.Flush => Wire.BlockReason.Flush,
        Runtime.Sessions.BlockReason.Reset => Wire.BlockReason.Reset,
        Runtime.Sessions.BlockReason.End => Wire.BlockReason.End,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    private static LatencyObjective? ObjectiveOf(Wire.LatencyObjective objective) => objective switch
    {
        Wire.LatencyObjective.Unspecified => null,
        Wire.LatencyObjective.Efficiency => LatencyObjective.Efficiency,
        Wire.LatencyObjective.Latency => LatencyObjective.Latency,
        _ => throw Unknown("objective", (int)objective),
    };

    private static OverloadPolicy? PolicyOf(Wire.OverloadPolicy policy) => policy switch
    {
        Wire.OverloadPolicy.Unspecified => null,
        Wire.OverloadPolicy.Block => OverloadPolicy.Block,
        Wire.OverloadPolicy.DropOldest => OverloadPolicy.DropOldest,
        Wire.OverloadPolicy.Reject => OverloadPolicy.Reject,
        _ => throw Unknown("overload_policy", (int)policy),
    };

    private static Wire.LatencyObjective WireOf(LatencyObjective objective) => objective switch
    {
        LatencyObjective.Efficiency => Wire.LatencyObjective.Efficiency,
        LatencyObjective.Latency => Wire.LatencyObjective.Latency,
        _ => throw new ArgumentOutOfRangeException(nameof(objective), objective, null),
    };

    private static Wire.OverloadPolicy WireOf(OverloadPolicy policy) => policy switch
    {
        OverloadPolicy.Block => Wire.OverloadPolicy.Block,
        OverloadPolicy.DropOldest => Wire.OverloadPolicy.DropOldest,
        OverloadPolicy.Reject => Wire.OverloadPolicy.Reject,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, null),
    };

    private static StreamEndException Unknown(string field, int value) =>
        new(SessionEnd.InvalidInput, $"open.{field}: expected a value that the contract names, found {value}");

    private static ulong Nanoseconds(TimeSpan duration) => (ulong)duration.Ticks * NanosecondsPerTick;
}
