using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>What the scheduler aims for within a latency budget.</summary>
internal enum LatencyObjective
{
    /// <summary>The fewest weight passes that keep the budget: the largest blocks.</summary>
    Efficiency,

    /// <summary>The smallest blocks that keep up with the stream: the frames that have gathered when a worker is free.</summary>
    Latency,
}

/// <summary>What happens to frames that arrive while all blocks of a session are taken.</summary>
internal enum OverloadPolicy
{
    /// <summary>Their writer waits, and nothing is lost.</summary>
    Block,

    /// <summary>The oldest closed block that no weight pass has taken is dropped; if there is none, the new frames are.</summary>
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
/// The longest that a frame waits for its block to fill, 1 ms to <see cref="RuntimeOptions.MaxBlockDelay"/>. Not with a budget.
/// </param>
/// <param name="OutputEvery">
/// Outputs are wanted for frame indices that are a multiple of this, 1 to <see cref="RuntimeOptions.MaxOutputEvery"/>.
/// </param>
/// <param name="LatencyBudget">
/// The longest that a frame may take from its arrival until its result is handed over, 1 ms to
/// <see cref="RuntimeOptions.MaxBlockDelay"/>.
/// </param>
/// <param name="Objective">Only with a budget.</param>
/// <param name="FrameRateHz">Frames per second that will come, above 0, to <see cref="RuntimeOptions.MaxFrameRateHz"/>.</param>
/// <param name="ClientName">What the client calls itself; up to <see cref="ForeignText.MaxLength"/> visible characters.</param>
internal sealed record SessionRequest(
    string Model,
    long? BlockSteps = null,
    TimeSpan? MaxBlockDelay = null,
    long? OutputEvery = null,
    TimeSpan? LatencyBudget = null,
    LatencyObjective? Objective = null,
    OverloadPolicy? OverloadPolicy = null,
    double? FrameRateHz = null,
    string ClientName = "");

/// <summary>The options in force for a session.</summary>
/// <param name="BlockSteps">Frames per block; with a budget the most that one may have.</param>
/// <param name="MaxBlockDelay">Zero with a budget.</param>
/// <param name="FrameRateHz">Frames per second that are expected; 0 if neither the client nor the model tells.</param>
/// <param name="ClientName">What the client calls itself; may be empty.</param>
internal sealed record SessionOptions(
    int BlockSteps,
    TimeSpan MaxBlockDelay,
    int OutputEvery,
    TimeSpan? LatencyBudget,
    LatencyObjective Objective,
    OverloadPolicy OverloadPolicy,
    double FrameRateHz,
    string ClientName = "")
{
    private static readonly long MaxMilliseconds = (long)RuntimeOptions.MaxBlockDelay.TotalMilliseconds;

    /// <summary>Fills in the defaults.</summary>
    /// <exception cref="SessionRefusedException">A value is out of range, or does not go with another.</exception>
    public static SessionOptions Resolve(SessionRequest request, RecurrentModel model, RuntimeOptions limits)
    {
        bool hasBudget = request.LatencyBudget is not null;
        if (hasBudget && request.MaxBlockDelay is { } delay)
            throw Refusal(RequestField.MaxBlockDelay, "none beside", $"{delay.TotalMilliseconds:0}", RequestField.LatencyBudget);
        if (!hasBudget && request.Objective is not null)
            throw Refusal(RequestField.Objective, "none without", "one", RequestField.LatencyBudget);
        return new SessionOptions(
            (int)InRange(RequestField.BlockSteps,
                request.BlockSteps ?? (hasBudget ? limits.MaxBlockSteps : limits.DefaultBlockSteps), limits.MaxBlockSteps),
            hasBudget ? TimeSpan.Zero : Duration(RequestField.MaxBlockDelay, request.MaxBlockDelay ?? limits.DefaultMaxBlockDelay),
            (int)InRange(RequestField.OutputEvery, request.OutputEvery ?? 1, RuntimeOptions.MaxOutputEvery),
            hasBudget ? Duration(RequestField.LatencyBudget, request.LatencyBudget!.Value) : null,
            request.Objective ?? LatencyObjective.Efficiency,
            request.OverloadPolicy ?? OverloadPolicy.Block,
            Rate(request.FrameRateHz) ?? model.Description.FrameRate ?? 0,
            Name(request.ClientName));
    }

    /// <summary>Bytes that a session with these options may hold: its blocks, when all have been full, and its recurrent state.</summary>
    public long SessionBytes(RecurrentModel model, RuntimeOptions limits) =>
        (long)limits.BlocksPerSession * BlockSteps * (model.InputSize + model.OutputSize) * sizeof(float) + model.StateBytes;

    private static TimeSpan Duration(RequestField field, TimeSpan value) =>
        TimeSpan.FromMilliseconds(InRange(field, (long)value.TotalMilliseconds, MaxMilliseconds));

    private static long InRange(RequestField field, long value, long max) => value >= 1 && value <= max
        ? value
        : throw Refusal(field, $"1 to {max}", $"{value}");

    private static double? Rate(double? value) => value is null or (> 0 and <= RuntimeOptions.MaxFrameRateHz)
        ? value
        : throw Refusal(RequestField.FrameRateHz, FormattableString.Invariant($"above 0, to {RuntimeOptions.MaxFrameRateHz}"),
            FormattableString.Invariant($"{value}"));

    private static string Name(string value) => ForeignText.Show(value) is var shown && shown == value
        ? value
        : throw Refusal(RequestField.ClientName, $"at most {ForeignText.MaxLength} visible characters", $"'{shown}'");

    private static SessionRefusedException Refusal(RequestField field, string expected, string found, RequestField? beside = null) =>
        new(RefusalReason.InvalidOption, new Violation(field, expected, found, beside));
}
