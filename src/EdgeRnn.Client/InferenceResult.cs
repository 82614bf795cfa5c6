namespace EdgeRnn.Client;

/// <summary>
/// The outputs of one block of frames, and how the time of its oldest frame was spent. Durations have a resolution of 100 ns.
/// </summary>
public sealed record InferenceResult
{
    /// <summary>
    /// Index of the first frame that has an output here. The next rows belong to the frames in steps of
    /// <see cref="InferenceStream.OutputEvery"/>.
    /// </summary>
    public required long FirstIndex { get; init; }

    /// <summary>Rows in <see cref="Outputs"/>.</summary>
    public required int Count { get; init; }

    /// <summary>The outputs, [<see cref="Count"/>][<see cref="ModelDescription.OutputSize"/>], row-major.</summary>
    public required ReadOnlyMemory<float> Outputs { get; init; }

    /// <summary>What closed the block.</summary>
    public BlockReason Reason { get; init; }

    /// <summary>Frames in the block, 1 to <see cref="InferenceStream.BlockSteps"/>.</summary>
    public int BlockSteps { get; init; }

    /// <summary>From the oldest frame's arrival at the server until the block was closed.</summary>
    public TimeSpan BlockWait { get; init; }

    /// <summary>From the block's closing until its computation began.</summary>
    public TimeSpan Queue { get; init; }

    /// <summary>The computation.</summary>
    public TimeSpan Compute { get; init; }

    /// <summary>The timestamp that was sent with the block's oldest frame; null if it had none.</summary>
    public long? ClientTimestamp { get; init; }

    /// <summary>Sessions whose blocks shared the weight pass, this one included; 0 if the server does not tell.</summary>
    public int PassSessions { get; init; }

    /// <summary>How long the server took to write the previous result; zero for the first.</summary>
    public TimeSpan PreviousWrite { get; init; }

    /// <summary>
    /// What the oldest frame left of the <see cref="InferenceStream.LatencyBudget"/>, negative if it was late; null if there is no budget.
    /// </summary>
    public TimeSpan? BudgetMargin { get; init; }

    /// <summary>
    /// Frames of the session that the <see cref="OverloadPolicy"/> has dropped so far. They keep their indices and have no output.
    /// </summary>
    public long FramesDropped { get; init; }
}
