namespace EdgeRnn.Client;

/// <summary>The server's last word on a session.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="Message">The details of an end other than <see cref="EndReason.EndOfInput"/>.</param>
/// <param name="FramesAccepted">Frames that the session accepted.</param>
/// <param name="FramesComputed">
/// Frames that were computed: all accepted ones that were not dropped, unless the session was cut short.
/// </param>
/// <param name="FramesDropped">Frames that the overload policy dropped.</param>
public sealed record SessionSummary(EndReason Reason, string Message, long FramesAccepted, long FramesComputed, long FramesDropped);

/// <summary>Why a session ended.</summary>
public enum EndReason
{
    /// <summary>The server gave none that this client knows.</summary>
    Unspecified,

    /// <summary>The client completed its input.</summary>
    EndOfInput,

    /// <summary>The client canceled, its deadline passed or its connection broke.</summary>
    ClientCancelled,

    /// <summary>A message broke the contract.</summary>
    InvalidInput,

    /// <summary>A message was over the server's size limit.</summary>
    MessageTooLarge,

    /// <summary>Nothing was received or delivered for the idle timeout.</summary>
    IdleTimeout,

    /// <summary>The model failed.</summary>
    ModelFault,

    /// <summary>The server is shutting down.</summary>
    Shutdown,
}
