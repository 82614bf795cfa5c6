using System.Globalization;
using Grpc.Core;

namespace EdgeRnn.Server.Rpc;

/// <summary>
/// Corrects the status of unary calls whose request was no message: gRPC answers UNKNOWN, as for a fault of the server, before any handler
/// or interceptor runs. The caller is told INVALID_ARGUMENT instead.
/// </summary>
internal static class UnreadRequests
{
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";
    private static readonly object Key = new();
    private static readonly string Unknown = ((int)StatusCode.Unknown).ToString(CultureInfo.InvariantCulture);
    private static readonly string InvalidArgument = ((int)StatusCode.InvalidArgument).ToString(CultureInfo.InvariantCulture);

    /// <summary>A handler has the request.</summary>
    public static void MarkRead(HttpContext context) => context.Items[Key] = Key;

    /// <summary>Middleware of the gRPC port.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(static state => Correct((HttpContext)state), context);
        return next(context);
    }

    // A response without messages has its status in the headers.
    private static Task Correct(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        if (headers[StatusHeader] == Unknown && !context.Items.ContainsKey(Key))
        {
            headers[StatusHeader] = InvalidArgument;
            headers[MessageHeader] = "message: expected a serialized request, found bytes that are none";
        }

        return Task.CompletedTask;
    }
}
