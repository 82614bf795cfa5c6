using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;
using Grpc.Core;
using Wire = EdgeRnn.Protocol.V1;

namespace EdgeRnn.Client;

/// <summary>Translates between the messages of the contract and the types of this library.</summary>
internal static class Translation
{
    private const long NanosecondsPerTick = 100;

    // What a server may claim; far beyond every real model, and small enough to multiply.
    private const int MaxWidth = 1 << 20;
    private const int MaxSteps = 1 << 20;
    private const long MaxFrames = 1L << 62;

    public static OpenSession ToOpen(InferenceOptions options)
    {
        var open = new OpenSession { Model = options.Model, ClientName = options.ClientName };
        if (options.BlockSteps is { } steps)
            open.BlockSteps = Unsigned(steps, nameof(options.BlockSteps));
        if (options.MaxBlockDelay is { } delay)
            open.MaxBlockDelayMs = Milliseconds(delay, nameof(options.MaxBlockDelay));
        if (options.OutputEvery is { } every)
            open.OutputEvery = Unsigned(every, nameof(options.OutputEvery));
        if (options.LatencyBudget is { } budget)
            open.LatencyBudgetMs = Milliseconds(budget, nameof(options.LatencyBudget));
        if (options.Objective is { } objective)
            open.Objective = ToWire(objective);
        if (options.OverloadPolicy is { } policy)
            open.OverloadPolicy = ToWire(policy);
        if (options.FrameRateHz is { } rate)
            open.FrameRateHz = rate;
        return open;
    }

    /// <exception cref="EdgeRnnException">A value is absent or out of range.</exception>
    public static ModelDescription ToDescription(ModelInfo? model) => model is null
        ? throw EdgeRnnException.Malformed("the server's answer: model: expected a model, found nothing")
        : new()
        {
            Name = model.Name,
            Version = model.Version,
            Fingerprint = model.Fingerprint,
            Family = model.Family,
            FrameSize = AnswerCheck.Within(model.FrameSize, 1, MaxWidth, "model.frame_size"),
            OutputSize = AnswerCheck.Within(model.OutputSize, 1, MaxWidth, "model.output_size"),
            FrameRateHz = model.FrameRateHz,
            Labels = [.. model.Labels],
            OutputActivation = model.OutputActivation,
            Layers = AnswerCheck.Within(model.Layers, 0, MaxWidth, "model.layers"),
            Parameters = AnswerCheck.Within(model.Parameters, 0, long.MaxValue, "model.parameters"),
            WeightBytes = AnswerCheck.Within(model.WeightBytes, 0, long.MaxValue, "model.weight_bytes"),
            SessionBytes = AnswerCheck.Within(model.SessionBytes, 0, long.MaxValue, "model.session_bytes"),
            MaxBlockSteps = AnswerCheck.Within(model.MaxBlockSteps, 0, MaxSteps, "model.max_block_steps"),
            NonFinite = model.NonFinite,
            Precision = model.Precision,
        };

    public static InferenceResult ToResult(Result result) => new()
    {
        FirstIndex = AnswerCheck.Within(result.FirstIndex, 0, long.MaxValue, "result.first_index"),
        Count = AnswerCheck.Within(result.Count, 1, int.MaxValue, "result.count"),
        Outputs = FramePayload.Unpack(result.Outputs),
        Reason = ToReason(result.Reason),
        BlockSteps = AnswerCheck.Within(result.BlockSteps, 0, MaxSteps, "result.block_steps"),
        BlockWait = Duration(result.BlockWaitNs),
        Queue = Duration(result.QueueNs),
        Compute = Duration(result.ComputeNs),
        ClientTimestamp = result.HasClientTimestamp ? result.ClientTimestamp : null,
        PassSessions = AnswerCheck.Within(result.PassSessions, 0, int.MaxValue, "result.pass_sessions"),
        PreviousWrite = Duration(result.PreviousWriteNs),
        BudgetMargin = result.HasBudgetMarginNs ? TimeSpan.FromTicks(result.BudgetMarginNs / NanosecondsPerTick) : null,
        FramesDropped = AnswerCheck.Within(result.FramesDropped, 0, long.MaxValue, "result.frames_dropped"),
    };

    public static SessionSummary ToSummary(SessionEnded end) => new()
    {
        Reason = ToReason(end.Reason),
        Message = end.Message,
        FramesAccepted = AnswerCheck.Within(end.FramesAccepted, 0, MaxFrames, "end.frames_accepted"),
        FramesComputed = AnswerCheck.Within(end.FramesComputed, 0, MaxFrames, "end.frames_computed"),
        FramesDropped = AnswerCheck.Within(end.FramesDropped, 0, MaxFrames, "end.frames_dropped"),
    };

    public static LatencyObjective ToObjective(Wire.LatencyObjective objective) => objective switch
    {
        Wire.LatencyObjective.Efficiency => LatencyObjective.Efficiency,
        Wire.LatencyObjective.Latency => LatencyObjective.Latency,
        _ => LatencyObjective.Unspecified,
    };

    public static OverloadPolicy ToPolicy(Wire.OverloadPolicy policy) => policy switch
    {
        Wire.OverloadPolicy.Block => OverloadPolicy.Block,
        Wire.OverloadPolicy.DropOldest => OverloadPolicy.DropOldest,
        Wire.OverloadPolicy.Reject => OverloadPolicy.Reject,
        _ => OverloadPolicy.Unspecified,
    };

    public static BlockReason ToReason(Wire.BlockReason reason) => reason switch
    {
        Wire.BlockReason.Full => BlockReason.Full,
        Wire.BlockReason.Delay => BlockReason.Delay,
        Wire.BlockReason.Flush => BlockReason.Flush,
        Wire.BlockReason.Reset => BlockReason.Reset,
        Wire.BlockReason.End => BlockReason.End,
        _ => BlockReason.Unspecified,
    };

    public static EndReason ToReason(Wire.EndReason reason) => reason switch
    {
        Wire.EndReason.EndOfInput => EndReason.EndOfInput,
        Wire.EndReason.ClientCancelled => EndReason.ClientCancelled,
        Wire.EndReason.InvalidInput => EndReason.InvalidInput,
        Wire.EndReason.MessageTooLarge => EndReason.MessageTooLarge,
        Wire.EndReason.IdleTimeout => EndReason.IdleTimeout,
        Wire.EndReason.ModelFault => EndReason.ModelFault,
        Wire.EndReason.Shutdown => EndReason.Shutdown,
        _ => EndReason.Unspecified,
    };

    /// <summary>The gRPC status of an end; <see cref="StatusCode.Unknown"/> if this client does not know the reason.</summary>
    public static Status ToStatus(SessionSummary end) => new(
        end.Reason switch
        {
            EndReason.EndOfInput => StatusCode.OK,
            EndReason.ClientCancelled => StatusCode.Cancelled,
            EndReason.InvalidInput => StatusCode.InvalidArgument,
            EndReason.MessageTooLarge => StatusCode.ResourceExhausted,
            EndReason.IdleTimeout => StatusCode.DeadlineExceeded,
            EndReason.ModelFault => StatusCode.Internal,
            EndReason.Shutdown => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        },
        end.Message);

    private static TimeSpan Duration(ulong nanoseconds) => TimeSpan.FromTicks((long)(nanoseconds / NanosecondsPerTick));

    private static uint Unsigned(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return (uint)value;
    }

    private static Wire.LatencyObjective ToWire(LatencyObjective objective) => objective switch
    {
        LatencyObjective.Unspecified => Wire.LatencyObjective.Unspecified,
        LatencyObjective.Efficiency => Wire.LatencyObjective.Efficiency,
        LatencyObjective.Latency => Wire.LatencyObjective.Latency,
        _ => throw new ArgumentOutOfRangeException(nameof(objective), objective, null),
    };

    private static Wire.OverloadPolicy ToWire(OverloadPolicy policy) => policy switch
    {
        OverloadPolicy.Unspecified => Wire.OverloadPolicy.Unspecified,
        OverloadPolicy.Block => Wire.OverloadPolicy.Block,
        OverloadPolicy.DropOldest => Wire.OverloadPolicy.DropOldest,
        OverloadPolicy.Reject => Wire.OverloadPolicy.Reject,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, null),
    };

    private static uint Milliseconds(TimeSpan duration, string name)
    {
        if (duration < TimeSpan.Zero || duration.Ticks % TimeSpan.TicksPerMillisecond != 0 || duration.TotalMilliseconds > uint.MaxValue)
            throw new ArgumentException($"{name} must be a whole number of milliseconds; found {duration}.", name);
        return (uint)duration.TotalMilliseconds;
    }
}
