using EdgeRnn.Runtime;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace EdgeRnn.Server.Rpc;

/// <summary>
/// Logs what a handler throws unexpectedly, once, and tells the client nothing of it. A request that gRPC could not read never gets here:
/// <see cref="UnreadRequests"/> finds out by that.
/// </summary>
internal sealed class CallInterceptor(ILogger<CallInterceptor> logger) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, async () =>
        {
            await continuation(request, responseStream, context);
            return true;
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, async () =>
        {
            await continuation(requestStream, responseStream, context);
            return true;
        });

    private async Task<T> RunAsync<T>(ServerCallContext context, Func<Task<T>> run)
    {
        UnreadRequests.MarkRead(context.GetHttpContext());
        try
        {
            return await run();
        }
        catch (Exception e) when (e is not RpcException && !context.CancellationToken.IsCancellationRequested)
        {
            ServerLog.CallFailed(logger, e, ForeignText.Show(context.Method));
            throw new RpcException(new Status(StatusCode.Internal, ReadFailure.InternalError));
        }
    }
}
