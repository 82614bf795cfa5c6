using Grpc.Core;

namespace EdgeRnn.Client;

/// <summary>A call failed: the server refused or ended it, or could not be reached.</summary>
public sealed class EdgeRnnException : Exception
{
    /// <summary>The start of <see cref="Detail"/> if the address cannot be a server's gRPC port.</summary>
    internal const string ProtocolHint =
        "the gRPC port speaks plaintext HTTP/2, such as http://127.0.0.1:8001; `edgernn serve` has no TLS yet";

    private const long Http11Required = 0xd; // RFC 9113, section 7: HTTP_1_1_REQUIRED

    private EdgeRnnException(Status status, EndReason? endReason, Exception? cause)
        : base($"{status.StatusCode}: {status.Detail}", cause)
    {
        StatusCode = status.StatusCode;
        Detail = status.Detail;
        EndReason = endReason;
    }

    /// <summary>The call's gRPC status.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The server's text, without the status code.</summary>
    public string Detail { get; }

    /// <summary>Why the session ended; null if the server did not say or there was no session.</summary>
    public EndReason? EndReason { get; }

    /// <summary>Whether an exception is the failure of a call; false for the cancellation of a caller that did cancel.</summary>
    internal static bool IsCallFailure(Exception exception, CancellationToken caller) =>
        exception is RpcException or IOException || (exception is OperationCanceledException && !caller.IsCancellationRequested);

    /// <summary>An answer of the server that breaks the contract.</summary>
    internal static EdgeRnnException Malformed(string detail) => new(new Status(StatusCode.DataLoss, detail), null, null);

    /// <summary>A server that did not answer in time.</summary>
    internal static EdgeRnnException TimedOut(string detail) => new(new Status(StatusCode.DeadlineExceeded, detail), null, null);

    /// <summary>The failure of a call on a session that has ended.</summary>
    internal static EdgeRnnException From(SessionSummary end, Exception? cause = null) => new(Translation.ToStatus(end), end.Reason, cause);

    /// <summary>What the caller of a failed call is to see.</summary>
    /// <param name="cause">An exception that <see cref="IsCallFailure"/> accepts.</param>
    /// <param name="caller">The caller's own token: many channels report its cancellation as a status.</param>
    /// <param name="end">
    /// How the session ended, if the server has said so. It takes precedence over the cause: a connection that closes right after may
    /// keep the status from arriving.
    /// </param>
    internal static Exception Translate(Exception cause, CancellationToken caller, SessionSummary? end = null) => cause switch
    {
        RpcException { StatusCode: StatusCode.Cancelled } when caller.IsCancellationRequested =>
            new OperationCanceledException(cause.Message, cause, caller),
        _ when end is not null => From(end, cause),
        RpcException { Status: { StatusCode: StatusCode.DeadlineExceeded, Detail: "" } } => TimedOut("the server did not answer in time"),
        RpcException rpc => new EdgeRnnException(WithHint(rpc.Status), null, cause),
        OperationCanceledException => new EdgeRnnException(
            new Status(StatusCode.Cancelled, "The stream was reset, or disposed of."), null, cause),
        _ => new EdgeRnnException(new Status(StatusCode.Unavailable, cause.Message), null, cause),
    };

    private static Status WithHint(Status status) => IsOtherProtocol(status.DebugException)
        ? new Status(status.StatusCode, $"{ProtocolHint} ({status.Detail})", status.DebugException!)
        : status;

    /// <summary>Whether the other side speaks HTTP/1 or no TLS: another port, or an https address.</summary>
    private static bool IsOtherProtocol(Exception? transport) => transport switch
    {
        null => false,
        HttpProtocolException { ErrorCode: Http11Required } => true,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => true,
        _ => IsOtherProtocol(transport.InnerException),
    };
}
