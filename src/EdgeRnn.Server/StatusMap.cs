using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using Grpc.Core;

namespace EdgeRnn.Server;

/// <summary>What the runtime's reasons are called on the wire.</summary>
internal static class StatusMap
{
    public static StatusCode Of(SessionEnd end) => end switch
    {
        SessionEnd.EndOfInput => StatusCode.OK,
        SessionEnd.ClientCancelled => StatusCode.Cancelled,
        SessionEnd.InvalidInput => StatusCode.InvalidArgument,
        SessionEnd.MessageTooLarge => StatusCode.ResourceExhausted,
        SessionEnd.IdleTimeout => StatusCode.DeadlineExceeded,
        SessionEnd.ModelFault => StatusCode.Internal,
        SessionEnd.Shutdown => StatusCode.Unavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };

    public static EndReason ReasonOf(SessionEnd end) => end switch
    {
        SessionEnd.EndOfInput => EndReason.EndOfInput,
        SessionEnd.ClientCancelled => EndReason.ClientCancelled,
        SessionEnd.InvalidInput => EndReason.InvalidInput,
        SessionEnd.MessageTooLarge => EndReason.MessageTooLarge,
        SessionEnd.IdleTimeout => EndReason.IdleTimeout,
        SessionEnd.ModelFault => EndReason.ModelFault,
        SessionEnd.Shutdown => EndReason.Shutdown,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };

    public static StatusCode Of(RefusalReason reason) => reason switch
    {
        RefusalReason.UnknownModel => StatusCode.NotFound,
        RefusalReason.InvalidOption => StatusCode.InvalidArgument,
        RefusalReason.BudgetTooShort => StatusCode.FailedPrecondition,
        RefusalReason.TooManySessions or RefusalReason.OverCapacity or RefusalReason.Memory => StatusCode.ResourceExhausted,
        RefusalReason.Draining => StatusCode.Unavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
