using EdgeRnn.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeRnn.Client;

/// <summary>
/// A client of one EdgeRnn server. Safe for concurrent use. A call that fails throws <see cref="EdgeRnnException"/>; a call that its
/// caller cancels throws <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class EdgeRnnClient : IDisposable
{
    private static readonly TimeSpan DefaultCallTimeout = TimeSpan.FromSeconds(30);

    private readonly GrpcChannel? _ownChannel;
    private readonly InferenceService.InferenceServiceClient _service;

    /// <summary>
    /// Creates a client with a channel of its own, which connects on the first call. A connection attempt fails after 10 s. A connection
    /// that has been silent for 20 s is pinged, and closed if the answer takes more than 10 s.
    /// </summary>
    /// <param name="address">The server's gRPC address, such as <c>http://127.0.0.1:8001</c>.</param>
    public EdgeRnnClient(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _ownChannel = GrpcChannel.ForAddress(
            address, new GrpcChannelOptions { HttpHandler = TransportDefaults.CreateHandler(), DisposeHttpClient = true });
        _service = new InferenceService.InferenceServiceClient(_ownChannel);
    }

    /// <summary>Creates a client that calls through a channel of the caller, who disposes of it after the client.</summary>
    /// <param name="channel">Brings its own handler, credentials and logger.</param>
    public EdgeRnnClient(ChannelBase channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _service = new InferenceService.InferenceServiceClient(channel);
    }

    /// <summary>Creates a client that calls through an invoker, such as a channel with interceptors.</summary>
    /// <param name="callInvoker">Brings its own channel, which the client does not dispose of.</param>
    public EdgeRnnClient(CallInvoker callInvoker)
    {
        ArgumentNullException.ThrowIfNull(callInvoker);
        _service = new InferenceService.InferenceServiceClient(callInvoker);
    }

    /// <summary>How long the server may take to answer a call that is no session, connecting included.</summary>
    public TimeSpan CallTimeout { get; init; } = DefaultCallTimeout;

    private DateTime Deadline => DateTime.UtcNow + CallTimeout;

    /// <summary>Lists the models that sessions can be opened on.</summary>
    /// <exception cref="EdgeRnnException">The call failed.</exception>
    public async Task<IReadOnlyList<ModelDescription>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            ListModelsResponse response = await _service.ListModelsAsync(
                new ListModelsRequest(), deadline: Deadline, cancellationToken: cancellationToken);
            return [.. response.Models.Select(Translation.ToDescription)];
        }
        catch (Exception e) when (EdgeRnnException.IsCallFailure(e, cancellationToken))
        {
            throw EdgeRnnException.Translate(e, cancellationToken);
        }
    }

    /// <summary>Describes one model.</summary>
    /// <exception cref="EdgeRnnException">
    /// The call failed; <see cref="StatusCode.NotFound"/> if the server has no model of this name.
    /// </exception>
    public async Task<ModelDescription> GetModelAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            var request = new GetModelRequest { Name = name };
            GetModelResponse response = await _service.GetModelAsync(request, deadline: Deadline, cancellationToken: cancellationToken);
            return Translation.ToDescription(response.Model);
        }
        catch (Exception e) when (EdgeRnnException.IsCallFailure(e, cancellationToken))
        {
            throw EdgeRnnException.Translate(e, cancellationToken);
        }
    }

    /// <summary>Opens a session and returns when the server has accepted it.</summary>
    /// <param name="options">The model and how its frames are to be computed.</param>
    /// <param name="cancellationToken">Cancels the opening only: each method of the stream takes a token of its own.</param>
    /// <exception cref="ArgumentException">An option is out of the range that the contract can carry.</exception>
    /// <exception cref="EdgeRnnException">
    /// The server refused the session: <see cref="StatusCode.NotFound"/> (no such model), <see cref="StatusCode.InvalidArgument"/> (an
    /// option out of its range), <see cref="StatusCode.FailedPrecondition"/> (a latency budget that the machine cannot keep),
    /// <see cref="StatusCode.ResourceExhausted"/> (no room for another session), <see cref="StatusCode.Unavailable"/> (shutting down or
    /// not reachable).
    /// </exception>
    public async Task<InferenceStream> OpenAsync(InferenceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var open = new StreamInferRequest { Open = Translation.ToOpen(options) };
        AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call =
            _service.StreamInfer(cancellationToken: CancellationToken.None);
        using var expiry = new CancellationTokenSource(options.OpenTimeout);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            await WriteFirstAsync(call, open, waiting.Token);
            if (!await call.ResponseStream.MoveNext(waiting.Token))
                throw new RpcException(new Status(StatusCode.Internal, "The server ended the stream before it answered `open`."));
            if (call.ResponseStream.Current is not { Opened: { } opened })
                throw new RpcException(new Status(StatusCode.Internal, "The server's first response is not `opened`."));
            return new InferenceStream(call, opened, options.EndTimeout);
        }
        catch (Exception e)
        {
            // Translated before the call is disposed of, which changes its status.
            Exception? failure = EdgeRnnException.IsCallFailure(e, cancellationToken)
                ? EdgeRnnException.Translate(Cause(call, e), cancellationToken)
                : null;
            call.Dispose();
            if (failure is not null && expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                throw EdgeRnnException.TimedOut($"the server did not answer the opening within {options.OpenTimeout.TotalSeconds:0.###} s");
            if (failure is not null)
                throw failure;
            throw;
        }
    }

    /// <summary>Closes the client's own channel and with it every open stream. A channel or invoker of the caller stays open.</summary>
    public void Dispose() => _ownChannel?.Dispose();

    private static async Task WriteFirstAsync(
        AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call,
        StreamInferRequest message,
        CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(message, cancellationToken);
        }
        catch (Exception e) when (EdgeRnnException.IsCallFailure(e, cancellationToken))
        {
            // A failed write only tells that the call is over; the read that follows tells why.
        }
    }

    /// <summary>A refused connection cancels the wait for the response; only the call's status tells the reason.</summary>
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
            return failure; // The call has no status yet, so it was canceled.
        }
    }
}
