using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Sessions;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeRnn.Server.Rpc;

/// <summary>Ends a stream because of what its client did or failed to do. The message may be sent to the client.</summary>
internal sealed class StreamEndException(SessionEnd end, string message) : Exception(message)
{
    public SessionEnd End { get; } = end;
}

/// <summary>What a failed read of the request stream means for the session.</summary>
/// <param name="Message">May be sent to the client.</param>
/// <param name="IsUnexpected">No behavior of a client explains it: log it with its exception.</param>
internal readonly record struct ReadFailure(SessionEnd End, string Message, bool IsUnexpected = false)
{
    /// <summary>The only text that a client gets about a failure of the server.</summary>
    public const string InternalError = "internal error";

    // Of Grpc.AspNetCore.Server, which has no exception of its own for it.
    private const string TooLong = "Message too large";

    // gRPC's own messages may quote a header of the client.
    private const int MaxDetailLength = 256;

    /// <summary>Whether frames accepted before are still answered: the client is there, and only this message was wrong.</summary>
    public bool AnswersAccepted => End is SessionEnd.InvalidInput or SessionEnd.MessageTooLarge;

    public static ReadFailure From(Exception exception, bool clientGone, int maxMessageBytes) => exception switch
    {
        _ when clientGone => new(SessionEnd.ClientCancelled, "the client canceled, or its deadline passed"),
        StreamEndException end => new(end.End, end.Message),
        InvalidFramesException invalid => new(SessionEnd.InvalidInput, RequestFields.Describe(invalid.Violation)),
        InvalidProtocolBufferException => new(
            SessionEnd.InvalidInput, "message: expected a serialized StreamInferRequest, found bytes that are none"),
        RpcException { StatusCode: StatusCode.ResourceExhausted } => TooLarge(maxMessageBytes),
        // A message length of 2 GiB or more. A stream that its client has reset is an IOException, too.
        IOException tooLong when tooLong.Message.StartsWith(TooLong, StringComparison.Ordinal) => TooLarge(maxMessageBytes),
        // The message framing is cut short or cannot be decompressed.
        RpcException framing => new(SessionEnd.InvalidInput, $"message: {ForeignText.Show(framing.Status.Detail, MaxDetailLength)}"),
        InvalidDataException framing => new(SessionEnd.InvalidInput, $"message: {ForeignText.Show(framing.Message, MaxDetailLength)}"),
        IOException or OperationCanceledException => new(SessionEnd.ClientCancelled, "the connection broke"),
        _ => new(SessionEnd.ModelFault, InternalError, IsUnexpected: true),
    };

    private static ReadFailure TooLarge(int maxMessageBytes) =>
        new(SessionEnd.MessageTooLarge, $"message: expected at most {maxMessageBytes} bytes, found more");
}
