namespace EdgeRnn.Runtime.Sessions;

/// <summary>Why no session was opened.</summary>
internal enum RefusalReason
{
    UnknownModel,
    InvalidOption,
    TooManySessions,

    /// <summary>The machine cannot keep the latency budget, whatever other sessions there are.</summary>
    BudgetTooShort,

    /// <summary>The machine cannot carry it besides the open sessions.</summary>
    OverCapacity,

    /// <summary>The process has no memory for it.</summary>
    Memory,
    Draining,
}

/// <summary>No session was opened.</summary>
internal sealed class SessionRefusedException : Exception
{
    public SessionRefusedException(RefusalReason reason, Violation violation)
        : base(violation.ToString())
    {
        Reason = reason;
        Violation = violation;
    }

    /// <param name="message">Fit for the client.</param>
    public SessionRefusedException(RefusalReason reason, string message)
        : base(message) => Reason = reason;

    public RefusalReason Reason { get; }

    /// <summary>The broken rule; null if the refusal is about none.</summary>
    public Violation? Violation { get; }
}

/// <summary>Frames broke a rule, and none of them was accepted.</summary>
internal sealed class InvalidFramesException(Violation violation) : Exception(violation.ToString())
{
    public Violation Violation => violation;
}
