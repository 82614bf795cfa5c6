namespace EdgeRnn.Client;

/// <summary>What a session is opened with. Null leaves the choice to the server.</summary>
public sealed record InferenceOptions
{
    /// <summary>Name of the model; may be empty where the server has exactly one.</summary>
    public string Model { get; init; } = "";

    /// <summary>
    /// Frames per block, 1 to the model's <see cref="ModelDescription.MaxBlockSteps"/>; with a <see cref="LatencyBudget"/> the most that
    /// a block may hold.
    /// </summary>
    public int? BlockSteps { get; init; }

    /// <summary>
    /// The longest that a frame waits for its block to fill: whole milliseconds, 1 ms to 60 s. Not together with a
    /// <see cref="LatencyBudget"/>.
    /// </summary>
    public TimeSpan? MaxBlockDelay { get; init; }

    /// <summary>Outputs are sent for frames whose index is a multiple of this, 1 to 1000000.</summary>
    public int? OutputEvery { get; init; }

    /// <summary>
    /// The longest that a frame may take inside the server, from its arrival until its result goes out: whole milliseconds, 1 ms to
    /// 60 s. The server then chooses the end of each block itself.
    /// </summary>
    public TimeSpan? LatencyBudget { get; init; }

    /// <summary>What the server aims for within the <see cref="LatencyBudget"/>.</summary>
    public LatencyObjective? Objective { get; init; }

    /// <summary>What happens to frames that arrive faster than they are computed and delivered.</summary>
    public OverloadPolicy? OverloadPolicy { get; init; }

    /// <summary>
    /// Frames per second that will be sent, above 0, to 1000000: by it the server decides whether it can carry the session.
    /// </summary>
    public double? FrameRateHz { get; init; }
}

/// <summary>What the server aims for within a latency budget.</summary>
public enum LatencyObjective
{
    /// <summary>The server gave none, as for a session without a budget.</summary>
    Unspecified,

    /// <summary>The fewest weight passes that keep the budget: the largest blocks.</summary>
    Efficiency,

    /// <summary>The smallest blocks that keep up with the stream.</summary>
    Latency,
}

/// <summary>What happens to frames that arrive while a session has no room for them.</summary>
public enum OverloadPolicy
{
    /// <summary>The server gave none that this client knows.</summary>
    Unspecified,

    /// <summary>The server reads no further: writes wait, and nothing is lost.</summary>
    Block,

    /// <summary>The oldest frames that wait to be computed are dropped.</summary>
    DropOldest,

    /// <summary>The newly arrived frames are dropped.</summary>
    Reject,
}
