using EdgeRnn.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Server.Tests;

/// <summary>A server over a real wire that answers a stream as its script says, whether that is the contract or not.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    public const int FrameSize = 5;
    public const int OutputSize = 3;

    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    /// <summary>What a stream does, once for each.</summary>
    public delegate Task Script(
        IAsyncStreamReader<StreamInferRequest> requests, IServerStreamWriter<StreamInferResponse> responses, ServerCallContext context);

    private static ModelInfo Model => new() { Name = "scripted", FrameSize = FrameSize, OutputSize = OutputSize, MaxBlockSteps = 8 };

    public Uri Address => new(_app.Urls.Single());

    public static async Task<ScriptedServer> StartAsync(Script script)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(script);
        WebApplication app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync().Soon();
        return new ScriptedServer(app);
    }

    /// <summary>Answers the opening as a server should.</summary>
    public static async Task OpenAsync(IAsyncStreamReader<StreamInferRequest> requests, IServerStreamWriter<StreamInferResponse> responses)
    {
        Assert.True(await requests.MoveNext());
        await responses.WriteAsync(new StreamInferResponse
        {
            Opened = new SessionOpened
            {
                SessionId = "1",
                OutputEvery = 1,
                BlockSteps = 8,
                Model = Model,
            },
        });
    }

    public static StreamInferResponse Result(ulong first, uint count) => new()
    {
        Result = new Result { FirstIndex = first, Count = count, BlockSteps = count, Outputs = ByteString.CopyFrom(new byte[count * OutputSize * sizeof(float)]) },
    };

    public static StreamInferResponse End(ulong frames) => new()
    {
        End = new SessionEnded { Reason = EndReason.EndOfInput, FramesAccepted = frames, FramesComputed = frames },
    };

    public async ValueTask DisposeAsync()
    {
        // Scripts may wait for ever; the host must not wait for them.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync().AsTask().Soon();
    }

    private sealed class Service(Script script) : Protocol.V1.InferenceService.InferenceServiceBase
    {
        public override Task<GetModelResponse> GetModel(GetModelRequest request, ServerCallContext context) =>
            Task.FromResult(new GetModelResponse { Model = Model });

        public override Task StreamInfer(
            IAsyncStreamReader<StreamInferRequest> requests, IServerStreamWriter<StreamInferResponse> responses, ServerCallContext context) =>
            script(requests, responses, context);
    }
}
