using Grpc.Core;

namespace EdgeRnn.Client;

/// <summary>A call that the server refused or ended, or that could not reach it.</summary>
public sealed class EdgeRnnException : Exception
{
    /// <summary>What <see cref="Detail"/> begins with where the address cannot be a server's gRPC port.</summary>
    public const string ProtocolHint = "the gRPC port speaks plaintext HTTP/2, such as http://127.0.0.1:8001; there is no TLS yet";
    private const long Http11Required = 0xd;

    private EdgeRnnException(Status status, EndReason? endReason, Exception? cause)
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

    /// <summary>The failure of a call on a session that has ended.</summary>
    internal static EdgeRnnException From(SessionSummary end, Exception? cause = null) => new(Translation.ToStatus(end), end.Reason, cause);

    /// <param name="cause">What <see cref="Explains"/> holds for.</param>
    /// <param name="end">
    /// How the server said that the session ended. It counts for more than the cause: a connection that is closed right after may keep
    /// the status from arriving.
    /// </param>
    internal static EdgeRnnException From(Exception cause, SessionSummary? end = null) => end is not null
        ? From(end, cause)
        : cause switch
        {
            RpcException rpc => new EdgeRnnException(WithHint(rpc.Status), null, cause),
            OperationCanceledException => new EdgeRnnException(
                new Status(StatusCode.Cancelled, "The stream was reset, or disposed of."), null, cause),
            _ => new EdgeRnnException(new Status(StatusCode.Unavailable, cause.Message), null, cause),
        };

    private static Status WithHint(Status status) => IsOtherProtocol(status.DebugException)
        ? new Status(status.StatusCode, $"{ProtocolHint} ({status.Detail})", status.DebugException!)
        : status;

    /// <summary>The other side speaks HTTP/1 or no TLS: another port, or an https address.</summary>
    private static bool IsOtherProtocol(Exception? transport) => transport switch
    {
        null => false,
        HttpProtocolException { ErrorCode: Http11Required } => true,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => true,
        _ => IsOtherProtocol(transport.InnerException),
    };
}
