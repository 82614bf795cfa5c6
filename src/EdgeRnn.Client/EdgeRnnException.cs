using Grpc.Core;

namespace EdgeRnn.Client;

/// <summary>A call that the server refused or ended, or that could not reach it.</summary>
public sealed class EdgeRnnException : Exception
{
    private EdgeRnnException(Status status, EndReason? endReason, Exception cause)
        : base($"{status.StatusCode}: {status.Detail}", cause)
    {
        StatusCode = status.StatusCode;
        Detail = status.Detail;
        EndReason = endReason;
    }

    public StatusCode StatusCode { get; }

    /// <summary>The server's text, without the status code.</summary>
    public string Detail { get; }

    /// <summary>Why the session ended, where the server said so.</summary>
    public EndReason? EndReason { get; }

    /// <summary>Whether an exception is the failure of a call, and not its caller's own cancellation.</summary>
    internal static bool Explains(Exception exception, CancellationToken caller) =>
        exception is RpcException or IOException || (exception is OperationCanceledException && !caller.IsCancellationRequested);

    /// <param name="cause">What <see cref="Explains"/> holds for.</param>
    internal static EdgeRnnException From(Exception cause, EndReason? endReason = null) => new(
        cause switch
        {
            RpcException rpc => rpc.Status,
            OperationCanceledException => new Status(StatusCode.Cancelled, "The stream was reset, or disposed of."),
            _ => new Status(StatusCode.Unavailable, cause.Message),
        },
        endReason,
        cause);
}
