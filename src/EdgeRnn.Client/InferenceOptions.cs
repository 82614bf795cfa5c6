namespace EdgeRnn.Client;

/// <summary>What a session is opened with. The server chooses every option that is null.</summary>
public sealed record InferenceOptions
{
    /// <summary>Name of the model; may be empty if the server has exactly one.</summary>
    public string Model { get; init; } = "";

    /// <summary>
    /// Frames per block, 1 to <see cref="ModelDescription.MaxBlockSteps"/>. The weights are read once per block: larger blocks cost less
    /// and wait longer. With a <see cref="LatencyBudget"/>, the most that a block may hold.
    /// </summary>
    public int? BlockSteps { get; init; }

    /// <summary>
    /// The longest that a frame waits for its block to fill, 1 ms to 60 s in whole milliseconds. Excludes a <see cref="LatencyBudget"/>.
    /// </summary>
    public TimeSpan? MaxBlockDelay { get; init; }

    /// <summary>Outputs are sent for the frames whose index is a multiple of this, 1 to 1000000.</summary>
    public int? OutputEvery { get; init; }

    /// <summary>
    /// The longest that a frame may take inside the server, from its arrival until its result is written: 1 ms to 60 s in whole
    /// milliseconds. The server then chooses the end of each block.
    /// </summary>
    public TimeSpan? LatencyBudget { get; init; }

    /// <summary>What the server aims for within the <see cref="LatencyBudget"/>; only together with one.</summary>
    public LatencyObjective? Objective { get; init; }

    /// <summary>What happens to frames that arrive faster than they are computed and delivered.</summary>
    public OverloadPolicy? OverloadPolicy { get; init; }

    /// <summary>How long the server may take to answer the opening, connecting included.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server may be silent after the input was completed, before its next result or the end.</summary>
    public TimeSpan EndTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Frames per second that will be sent, above 0, to 1000000. The server refuses the session if it cannot carry this rate beside its
    /// other sessions.
    /// </summary>
    public double? FrameRateHz { get; init; }

    /// <summary>
    /// What the server's log and page call this client, such as the name of its sensor: at most 64 visible characters. May be empty.
    /// </summary>
    public string ClientName { get; init; } = "";
}
