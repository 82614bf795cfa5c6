using EdgeRnn.Protocol.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace EdgeRnn.Benchmarks.Serving.Hosting;

/// <summary>Removes the times from every result, or passes results on; all other costs are the same.</summary>
internal sealed class TimesInterceptor(TimesInterceptor.Mode mode) : Interceptor
{
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(requestStream, new Writer<TResponse>(responseStream, mode), context);

    /// <summary>Whether the times are removed.</summary>
    internal sealed record Mode(bool Removes);

    private sealed class Writer<TResponse>(IServerStreamWriter<TResponse> inner, Mode mode) : IServerStreamWriter<TResponse>
    {
        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(TResponse message, CancellationToken cancellationToken)
        {
            if (mode.Removes && message is StreamInferResponse { Result: { } result })
            {
                result.BlockWaitNs = result.QueueNs = result.ComputeNs = result.PreviousWriteNs = 0;
                result.PassSessions = 0;
                result.ClearBudgetMarginNs();
            }

            return inner.WriteAsync(message, cancellationToken);
        }
    }
}
