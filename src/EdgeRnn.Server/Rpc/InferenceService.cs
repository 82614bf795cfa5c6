using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Limits;
using EdgeRnn.Server.Live;
using EdgeRnn.Server.Telemetry;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace EdgeRnn.Server.Rpc;

/// <summary>The contract's service: translates between its messages and the runtime.</summary>
internal sealed class InferenceService(
    ModelRepository models,
    SessionManager sessions,
    IOptions<EdgeRnnOptions> settings,
    TimeProvider time,
    ILogger<InferenceService> logger,
    LiveStreams? live = null) : Protocol.V1.InferenceService.InferenceServiceBase
{
    /// <summary>The service's name in health checks.</summary>
    public const string Name = "edgernn.v1.InferenceService";

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    private readonly EdgeRnnOptions _options = settings.Value;

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var response = new ListModelsResponse();
        response.Models.AddRange(models.Models.Select(Describe));
        return Task.FromResult(response);
    }

    public override Task<GetModelResponse> GetModel(GetModelRequest request, ServerCallContext context)
    {
        if (models.TryGet(request.Name, out RecurrentModel? model))
            return Task.FromResult(new GetModelResponse { Model = Describe(model) });
        throw new RpcException(new Status(StatusCode.NotFound, Violation.UnknownModel(models, request.Name).Describe(_ => "name")));
    }

    public override async Task StreamInfer(
        IAsyncStreamReader<StreamInferRequest> requests, IServerStreamWriter<StreamInferResponse> responses, ServerCallContext context)
    {
        // The duration of a stream would distort the metric of request durations. Other servers than Kestrel may lack the feature.
        context.GetHttpContext().Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true;
        var outlet = new ResultOutlet(_options.Runtime.OutletCapacity);
        using var trace = StreamTrace.Start(context);
        try
        {
            OpenSession open = await ReadOpenAsync(requests, context.CancellationToken);
            StreamSession session = sessions.Open(Messages.ToRequest(open), outlet);
            context.GetHttpContext().Features.Get<CallPlace>()?.Dispose();
            try
            {
                trace?.Opened(session);
                IServerStreamWriter<StreamInferResponse> watched = live?.Watch(session, responses) ?? responses;
                var stream = new SessionStream(session, requests, watched, _options, time, logger, trace, context.GetHttpContext().Features.Get<ClientPace>());
                StreamInferResponse opened = Messages.Opened(session, Describe(session.Model), _options.Runtime);
                context.Status = await stream.RunAsync(opened, context.CancellationToken);
            }
            finally
            {
                // Frees the session's place and memory if the stream failed before it could.
                session.Detach();
            }
        }
        catch (SessionRefusedException refusal)
        {
            context.Status = new Status(StatusMap.Of(refusal.Reason), RequestFields.Describe(refusal));
        }
        catch (Exception e)
        {
            context.Status = ToStatus(e, context);
        }
        finally
        {
            trace?.Ended(context.Status);
        }
    }

    private ModelInfo Describe(RecurrentModel model) =>
        Messages.Describe(model, sessions.SessionBytes(model), _options.Runtime.MaxBlockSteps);

    private async Task<OpenSession> ReadOpenAsync(IAsyncStreamReader<StreamInferRequest> requests, CancellationToken clientGone)
    {
        // Without a session there is no idle timeout yet, and no budget.
        using var expiry = new CancellationTokenSource(OpenTimeout, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, sessions.Draining);
        try
        {
            if (!await requests.MoveNext(waiting.Token))
                throw Unopened("the end of the stream");
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested && !clientGone.IsCancellationRequested)
        {
            throw sessions.IsDraining
                ? new SessionRefusedException(RefusalReason.Draining, "the server is shutting down: it opens no more sessions")
                : new StreamEndException(
                    SessionEnd.IdleTimeout, $"open was not received within {OpenTimeout.TotalSeconds:0.###} s");
        }

        return requests.Current is { Open: { } open }
            ? open
            : throw Unopened(Messages.NameOf(requests.Current.RequestCase));
    }

    private static StreamEndException Unopened(string found) =>
        new(SessionEnd.InvalidInput, $"request: expected open as the first message, found {found}");

    private Status ToStatus(Exception exception, ServerCallContext context)
    {
        var failure = ReadFailure.From(exception, context.CancellationToken.IsCancellationRequested, _options.MaxMessageBytes);
        if (failure.IsUnexpected)
            ServerLog.CallFailed(logger, exception, context.Method);
        return new Status(StatusMap.Of(failure.End).Status, failure.Message);
    }
}
