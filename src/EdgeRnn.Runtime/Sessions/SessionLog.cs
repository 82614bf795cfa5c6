using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>What is logged of sessions: ids from 1000.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(1000, LogLevel.Information,
        "Session {SessionId} opened on {Model}: {BlockSteps} steps per block, at most {MaxBlockDelay}, budget {LatencyBudget}, "
            + "output every {OutputEvery}. Client: {ClientName}")]
    public static partial void SessionOpened(ILogger logger, string sessionId, string model, int blockSteps, TimeSpan maxBlockDelay,
        TimeSpan? latencyBudget, int outputEvery, string clientName);

    [LoggerMessage(1001, LogLevel.Information,
        "Session {SessionId} ended: {Reason}. {FramesAccepted} frames accepted, {FramesComputed} computed. Client: {ClientName}")]
    public static partial void SessionEnded(
        ILogger logger, string sessionId, SessionEnd reason, long framesAccepted, long framesComputed, string clientName);

    [LoggerMessage(1002, LogLevel.Information, "Session refused: {Reason}. {Explanation}. Client: {ClientName}")]
    public static partial void SessionRefused(ILogger logger, RefusalReason reason, string explanation, string clientName);

    [LoggerMessage(1004, LogLevel.Information, "Draining {Sessions} sessions, for at most {Timeout}")]
    public static partial void Draining(ILogger logger, int sessions, TimeSpan timeout);

    [LoggerMessage(1005, LogLevel.Warning, "Cut {Sessions} sessions short that had not drained in time")]
    public static partial void DrainTimedOut(ILogger logger, int sessions);

    [LoggerMessage(1006, LogLevel.Warning, "Session {SessionId} opened over capacity. {Explanation}. Client: {ClientName}")]
    public static partial void OverCapacity(ILogger logger, string sessionId, string explanation, string clientName);
}
