using EdgeRnn.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeRnn.Client;

/// <summary>
/// A client of one EdgeRnn server. Its calls throw <see cref="EdgeRnnException"/> for every failure, and
/// <see cref="OperationCanceledException"/> where the caller's own token canceled them. Safe for concurrent use.
/// </summary>
public sealed class EdgeRnnClient : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    private readonly GrpcChannel _channel;
    private readonly InferenceService.InferenceServiceClient _service;

    /// <summary>A client of the server at an address such as <c>http://127.0.0.1:8001</c>. Connects with the first call.</summary>
    public EdgeRnnClient(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = ConnectTimeout,
                EnableMultipleHttp2Connections = true,
                // A stream may be silent for long: only pings tell a quiet server from a lost one.
                KeepAlivePingDelay = PingDelay,
                KeepAlivePingTimeout = PingTimeout,
            },
            DisposeHttpClient = true,
            ThrowOperationCanceledOnCancellation = true,
        });
        _service = new InferenceService.InferenceServiceClient(_channel);
    }

    /// <summary>The models that streams can be opened on.</summary>
    public async Task<IReadOnlyList<ModelDescription>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            ListModelsResponse response = await _service.ListModelsAsync(new ListModelsRequest(), cancellationToken: cancellationToken);
            return [.. response.Models.Select(Translation.ToDescription)];
        }
        catch (Exception e) when (EdgeRnnException.Explains(e, cancellationToken))
        {
            throw EdgeRnnException.From(e);
        }
    }

    /// <summary>One model by name; <see cref="StatusCode.NotFound"/> where there is none.</summary>
    public async Task<ModelDescription> GetModelAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            GetModelResponse response = await _service.GetModelAsync(new GetModelRequest { Name = name }, cancellationToken: cancellationToken);
            return Translation.ToDescription(response.Model);
        }
        catch (Exception e) when (EdgeRnnException.Explains(e, cancellationToken))
        {
            throw EdgeRnnException.From(e);
        }
    }

    /// <summary>
    /// Opens a session; returns once the server has accepted it. The token cancels the opening only: the stream's methods have their own.
    /// </summary>
    public async Task<InferenceStream> OpenAsync(InferenceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var open = new StreamInferRequest { Open = Translation.ToOpen(options) };
        AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call = _service.StreamInfer(cancellationToken: CancellationToken.None);
        try
        {
            await WriteFirstAsync(call, open, cancellationToken);
            if (!await call.ResponseStream.MoveNext(cancellationToken))
                throw new RpcException(new Status(StatusCode.Internal, "The server ended the stream before it answered `open`."));
            if (call.ResponseStream.Current is not { Opened: { } opened })
                throw new RpcException(new Status(StatusCode.Internal, "The server's first response is not `opened`."));
            return new InferenceStream(call, opened);
        }
        catch (Exception e)
        {
            EdgeRnnException? failure = EdgeRnnException.Explains(e, cancellationToken) ? EdgeRnnException.From(Cause(call, e)) : null;
            call.Dispose();
            if (failure is not null)
                throw failure;
            throw;
        }
    }

    public void Dispose() => _channel.Dispose();

    private static async Task WriteFirstAsync(
        AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call,
        StreamInferRequest message,
        CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(message, cancellationToken);
        }
        catch (Exception e) when (EdgeRnnException.Explains(e, cancellationToken))
        {
            // The call is over, which is all that a write knows: a read tells why.
        }
    }

    /// <summary>A refused connection merely cancels the wait for the response; only the call's status tells why.</summary>
    private static Exception Cause(AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call, Exception failure)
    {
        if (failure is not OperationCanceledException)
            return failure;
        try
        {
            return new RpcException(call.GetStatus());
        }
        catch (InvalidOperationException)
        {
            return failure; // The call has no status yet: it was canceled indeed.
        }
    }
}
