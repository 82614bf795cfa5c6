namespace EdgeRnn.Client;

/// <summary>What closed a block.</summary>
public enum BlockReason
{
    /// <summary>A reason that this version of the client does not know.</summary>
    Unspecified,

    /// <summary>It held <see cref="InferenceStream.BlockSteps"/> frames.</summary>
    Full,

    /// <summary>
    /// Its oldest frame had waited for <see cref="InferenceStream.MaxBlockDelay"/>, or the server closed it to keep the latency budget
    /// or to share a weight pass.
    /// </summary>
    Delay,

    /// <summary>The client called <see cref="InferenceStream.FlushAsync"/>.</summary>
    Flush,

    /// <summary>The client called <see cref="InferenceStream.ResetAsync"/>.</summary>
    Reset,

    /// <summary>The session was ending.</summary>
    End,
}
