namespace EdgeRnn.Client;

/// <summary>The outputs of one block of frames, and where the time of its oldest frame went.</summary>
/// <param name="FirstIndex">
/// Index of the first frame that has an output here; the next ones follow in steps of the stream's
/// <see cref="InferenceStream.OutputEvery"/>.
/// </param>
/// <param name="Count">Rows in <paramref name="Outputs"/>.</param>
/// <param name="Outputs">[Count][OutputSize], row-major.</param>
/// <param name="Reason">What closed the block.</param>
/// <param name="BlockSteps">Frames computed together in the block.</param>
/// <param name="BlockWait">From the oldest frame's arrival until the block was closed.</param>
/// <param name="Queue">From then until the computation began.</param>
/// <param name="Compute">The computation.</param>
/// <param name="ClientTimestamp">The timestamp that was sent with the block's oldest frame.</param>
/// <param name="PassSessions">Sessions whose blocks shared the weight pass, this one included; 0 from a server that does not tell.</param>
/// <param name="PreviousWrite">How long the server took to write the result before this one; zero for the first.</param>
/// <param name="BudgetMargin">
/// Where the session has a budget: what was left of it for the oldest frame. Negative: missed by so much.
/// </param>
/// <param name="FramesDropped">
/// Frames of the session that were dropped so far by its overload policy. They keep their indices, and have no output.
/// </param>
public sealed record InferenceResult(
    long FirstIndex,
    int Count,
    ReadOnlyMemory<float> Outputs,
    BlockReason Reason,
    int BlockSteps,
    TimeSpan BlockWait,
    TimeSpan Queue,
    TimeSpan Compute,
    long? ClientTimestamp,
    int PassSessions,
    TimeSpan PreviousWrite,
    TimeSpan? BudgetMargin,
    long FramesDropped);

/// <summary>What closed a block.</summary>
public enum BlockReason
{
    /// <summary>The server gave none that this client knows.</summary>
    Unspecified,

    /// <summary>It had its full number of steps.</summary>
    Full,

    /// <summary>
    /// Its oldest frame had waited for the maximum block delay, or the server closed it to keep the latency budget or to share a weight
    /// pass.
    /// </summary>
    Delay,

    /// <summary>The client asked for it.</summary>
    Flush,

    /// <summary>The client reset the state.</summary>
    Reset,

    /// <summary>The session was ending.</summary>
    End,
}
