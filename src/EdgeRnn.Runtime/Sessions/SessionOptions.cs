using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>What the scheduler aims for within a latency budget.</summary>
public enum LatencyObjective
{
    /// <summary>The fewest weight passes that keep the budget: the largest blocks.</summary>
    Efficiency,

    /// <summary>The smallest blocks that keep up with the stream: what has gathered whenever a worker is free.</summary>
    Latency,
}

/// <summary>What happens to frames that arrive while all blocks of a session are taken.</summary>
public enum OverloadPolicy
{
    /// <summary>Their writer waits, and nothing is lost.</summary>
    Block,

    /// <summary>The oldest closed block that no weight pass has taken gives way; where there is none, the new frames do.</summary>
    DropOldest,

    /// <summary>The new frames are dropped.</summary>
    Reject,
}

/// <summary>What a client asks for when it opens a session; null stands for the runtime's default.</summary>
/// <param name="Model">Name of the model; empty for the only one there is.</param>
/// <param name="BlockSteps">
/// Frames per block, 1 to <see cref="RuntimeOptions.MaxBlockSteps"/>; with a budget the most that one may have.
/// </param>
/// <param name="MaxBlockDelay">
/// The longest that a frame waits for its block to fill, 1 ms to <see cref="RuntimeOptions.MaxBlockDelayLimit"/>. Not with a budget.
/// </param>
/// <param name="OutputEvery">
/// Outputs are wanted for frame indices that are a multiple of this, 1 to <see cref="RuntimeOptions.MaxOutputEvery"/>.
/// </param>
/// <param name="LatencyBudget">
/// The longest that a frame may take from its arrival until its result is handed over, 1 ms to
/// <see cref="RuntimeOptions.MaxBlockDelayLimit"/>.
/// </param>
/// <param name="Objective">Only with a budget.</param>
/// <param name="FrameRateHz">Frames per second that will come, above 0, to <see cref="RuntimeOptions.MaxFrameRateHz"/>.</param>
public sealed record SessionRequest(
    string Model,
    long? BlockSteps = null,
    TimeSpan? MaxBlockDelay = null,
    long? OutputEvery = null,
    TimeSpan? LatencyBudget = null,
    LatencyObjective? Objective = null,
    OverloadPolicy? OverloadPolicy = null,
    double? FrameRateHz = null);

/// <summary>The options in force for a session.</summary>
/// <param name="BlockSteps">Frames per block; with a budget the most that one may have.</param>
/// <param name="MaxBlockDelay">Zero with a budget.</param>
/// <param name="FrameRateHz">Frames per second that are expected; 0 where neither the client nor the model tells.</param>
public sealed record SessionOptions(
    int BlockSteps,
    TimeSpan MaxBlockDelay,
    int OutputEvery,
    TimeSpan? LatencyBudget,
    LatencyObjective Objective,
    OverloadPolicy OverloadPolicy,
    double FrameRateHz)
{
    private static readonly long MaxMilliseconds = (long)RuntimeOptions.MaxBlockDelayLimit.TotalMilliseconds;

    /// <summary>Fills in the defaults.</summary>
    /// <exception cref="SessionRefusedException">A value is out of range, or does not go with another.</exception>
    internal static SessionOptions Resolve(SessionRequest request, RecurrentModel model, RuntimeOptions limits)
    {
        bool hasBudget = request.LatencyBudget is not null;
        if (hasBudget && request.MaxBlockDelay is { } delay)
            throw Refusal($"open.max_block_delay_ms: expected none beside latency_budget_ms, found {delay.TotalMilliseconds:0}");
        if (!hasBudget && request.Objective is not null)
            throw Refusal("open.objective: expected none without latency_budget_ms, found one");
        return new SessionOptions(
            (int)InRange(
                "block_steps", request.BlockSteps ?? (hasBudget ? limits.MaxBlockSteps : limits.DefaultBlockSteps), limits.MaxBlockSteps),
            hasBudget ? TimeSpan.Zero : Duration("max_block_delay_ms", request.MaxBlockDelay ?? limits.DefaultMaxBlockDelay),
            (int)InRange("output_every", request.OutputEvery ?? 1, RuntimeOptions.MaxOutputEvery),
            hasBudget ? Duration("latency_budget_ms", request.LatencyBudget!.Value) : null,
            request.Objective ?? LatencyObjective.Efficiency,
            request.OverloadPolicy ?? OverloadPolicy.Block,
            Rate(request.FrameRateHz) ?? model.Description.FrameRate ?? 0);
    }

    /// <summary>Bytes that a session with these options may hold: its blocks, when all have been full, and its recurrent state.</summary>
    internal long SessionBytes(RecurrentModel model, RuntimeOptions limits) =>
        (long)limits.BlocksPerSession * BlockSteps * (model.InputSize + model.OutputSize) * sizeof(float) + model.StateBytes;

    private static TimeSpan Duration(string field, TimeSpan value) =>
        TimeSpan.FromMilliseconds(InRange(field, (long)value.TotalMilliseconds, MaxMilliseconds));

    private static long InRange(string field, long value, long most) => value >= 1 && value <= most
        ? value
        : throw Refusal($"open.{field}: expected 1 to {most}, found {value}");

    private static double? Rate(double? value) => value is null or (> 0 and <= RuntimeOptions.MaxFrameRateHz)
        ? value
        : throw Refusal(FormattableString.Invariant(
            $"open.frame_rate_hz: expected above 0, to {RuntimeOptions.MaxFrameRateHz}, found {value}"));

    private static SessionRefusedException Refusal(string message) => new(RefusalReason.InvalidOption, message);
}
