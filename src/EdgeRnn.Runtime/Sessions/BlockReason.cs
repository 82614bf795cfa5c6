namespace EdgeRnn.Runtime.Sessions;

/// <summary>What closed a block.</summary>
internal enum BlockReason
{
    /// <summary>It had its full number of steps.</summary>
    Full,

    /// <summary>
    /// Its oldest frame had waited for the session's <see cref="SessionOptions.MaxBlockDelay"/>, or the scheduler closed it to keep the
    /// session's latency budget or to share a weight pass.
    /// </summary>
    Delay,

    /// <summary>The client asked for it.</summary>
    Flush,

    /// <summary>The recurrent state was reset behind it.</summary>
    Reset,

    /// <summary>The session took no more input.</summary>
    End,
}
