using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime;

/// <summary>What the runtime logs about sessions; event ids from 1000.</summary>
internal static partial class RuntimeLog
{
    [LoggerMessage(1000, LogLevel.Information,
        "Session {SessionId} opened on {Model}: {BlockSteps} steps per block, at most {MaxBlockDelay}, budget {LatencyBudget}, "
            + "output every {OutputEvery}")]
    public static partial void SessionOpened(
        ILogger logger, string sessionId, string model, int blockSteps, TimeSpan maxBlockDelay, TimeSpan? latencyBudget, int outputEvery);

    [LoggerMessage(1001, LogLevel.Information,
        "Session {SessionId} ended: {Reason}. {FramesAccepted} frames accepted, {FramesComputed} computed")]
    public static partial void SessionEnded(ILogger logger, string sessionId, SessionEnd reason, long framesAccepted, long framesComputed);

    [LoggerMessage(1002, LogLevel.Information, "Session refused: {Reason}. {Explanation}")]
    public static partial void SessionRefused(ILogger logger, RefusalReason reason, string explanation);

    [LoggerMessage(1003, LogLevel.Error, "Model {Model} failed while computing")]
    public static partial void ModelFault(ILogger logger, Exception fault, string model);

    [LoggerMessage(1004, LogLevel.Information, "Draining {Sessions} sessions, for at most {Timeout}")]
    public static partial void Draining(ILogger logger, int sessions, TimeSpan timeout);

    [LoggerMessage(1005, LogLevel.Warning, "Cut {Sessions} sessions short that had not drained in time")]
    public static partial void DrainTimedOut(ILogger logger, int sessions);

    [LoggerMessage(1006, LogLevel.Warning, "Session {SessionId} opened over capacity. {Explanation}")]
    public static partial void OverCapacity(ILogger logger, string sessionId, string explanation);
}
