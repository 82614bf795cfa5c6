namespace EdgeRnn.Runtime.Sessions;

/// <summary>Why no session was opened.</summary>
public enum RefusalReason
{
    UnknownModel,
    InvalidOption,
    TooManySessions,

    /// <summary>The machine cannot keep the latency budget, whoever else there is.</summary>
    BudgetTooShort,

    /// <summary>The machine cannot carry it beside the others.</summary>
    OverCapacity,

    /// <summary>The process has no memory for it.</summary>
    Memory,
    Draining,
}

/// <summary>No session was opened. The message is fit for the client.</summary>
public sealed class SessionRefusedException(RefusalReason reason, string message) : Exception(message)
{
    public RefusalReason Reason { get; } = reason;
}

/// <summary>
/// Frames broke the contract, and none of them was accepted. The message names field, expected and found, and is fit for the client.
/// </summary>
public sealed class InvalidFramesException(string message) : Exception(message);
