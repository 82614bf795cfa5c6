namespace EdgeRnn.Client;

/// <summary>How a session ended, as the server told it.</summary>
public sealed record SessionSummary
{
    /// <summary>Why the session ended.</summary>
    public required EndReason Reason { get; init; }

    /// <summary>What went wrong; empty for <see cref="EndReason.EndOfInput"/>.</summary>
    public string Message { get; init; } = "";

    /// <summary>Frames that the session accepted; their indices are 0 to <see cref="FramesAccepted"/> − 1.</summary>
    public long FramesAccepted { get; init; }

    /// <summary>
    /// Frames that were computed: <see cref="FramesAccepted"/> − <see cref="FramesDropped"/>, or fewer if the session was cut short.
    /// </summary>
    public long FramesComputed { get; init; }

    /// <summary>Frames that the <see cref="OverloadPolicy"/> dropped.</summary>
    public long FramesDropped { get; init; }
}
