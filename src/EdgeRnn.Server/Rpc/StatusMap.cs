using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using Grpc.Core;

namespace EdgeRnn.Server.Rpc;

/// <summary>How the runtime's reasons appear on the wire: one row per reason.</summary>
internal static class StatusMap
{
    public static (StatusCode Status, EndReason Reason) Of(SessionEnd end) => end switch
    {
        SessionEnd.EndOfInput => (StatusCode.OK, EndReason.EndOfInput),
        SessionEnd.ClientCancelled => (StatusCode.Cancelled, EndReason.ClientCancelled),
        SessionEnd.InvalidInput => (StatusCode.InvalidArgument, EndReason.InvalidInput),
        SessionEnd.MessageTooLarge => (StatusCode.ResourceExhausted, EndReason.MessageTooLarge),
        SessionEnd.IdleTimeout => (StatusCode.DeadlineExceeded, EndReason.IdleTimeout),
        SessionEnd.ModelFault => (StatusCode.Internal, EndReason.ModelFault),
        SessionEnd.Shutdown => (StatusCode.Unavailable, EndReason.Shutdown),
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
