using EdgeRnn.Runtime.Sessions;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeRnn.Server;

/// <summary>What a client did, or failed to do, ends its stream. The message is fit for the client.</summary>
internal sealed class StreamEndException(SessionEnd end, string message) : Exception(message)
{
    public SessionEnd End { get; } = end;
}

/// <summary>What a failed read of the request stream means for the session.</summary>
/// <param name="Message">Fit for the client.</param>
/// <param name="IsUnexpected">Nothing a client does explains it: to be logged with its exception.</param>
internal readonly record struct ReadFailure(SessionEnd End, string Message, bool IsUnexpected = false)
{
    /// <summary>All that a client is told of a failure that is the server's.</summary>
    public const string InternalError = "internal error";

    // gRPC's own sentences may quote a header of the client.
    private const int MaxDetailLength = 256;

    public static ReadFailure From(Exception exception, bool clientGone, int maxMessageBytes) => exception switch
    {
        _ when clientGone => new(SessionEnd.ClientCancelled, "the client canceled, or its deadline passed"),
        StreamEndException end => new(end.End, end.Message),
        InvalidFramesException invalid => new(SessionEnd.InvalidInput, RequestFields.Describe(invalid.Violation)),
        InvalidProtocolBufferException => new(
            SessionEnd.InvalidInput, "message: expected a serialized StreamInferRequest, found bytes that are none"),
        RpcException { StatusCode: StatusCode.ResourceExhausted } => TooLarge(maxMessageBytes),
        // A length of 2 GiB or more; a broken connection always brings its cause along.
        IOException { InnerException: null } and not Microsoft.AspNetCore.Connections.ConnectionResetException => TooLarge(maxMessageBytes),
        // The message framing: cut short, or not decompressable.
        RpcException framing => new(SessionEnd.InvalidInput, $"message: {ClientText.Show(framing.Status.Detail, MaxDetailLength)}"),
        InvalidDataException framing => new(SessionEnd.InvalidInput, $"message: {ClientText.Show(framing.Message, MaxDetailLength)}"),
        IOException or OperationCanceledException => new(SessionEnd.ClientCancelled, "the connection broke"),
        _ => new(SessionEnd.ModelFault, InternalError, IsUnexpected: true),
    };

    private static ReadFailure TooLarge(int maxMessageBytes) =>
        new(SessionEnd.MessageTooLarge, $"message: expected at most {maxMessageBytes} bytes, found more");
}
