using System.Net;
using EdgeRnn.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Server.Tests.Cli.Load;

/// <summary>A misbehaving server: it answers only after the last frame, or fails after the opening.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    public const int FrameSize = 7;

    private readonly WebApplication _app;

    private FakeServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <param name="breaks">True: streams fail after their opening. False: they answer after the client's last frame.</param>
    public static async Task<FakeServer> StartAsync(bool breaks)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new Behavior(breaks));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        WebApplication app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync().Soon();
        return new FakeServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed record Behavior(bool Breaks);

    internal sealed class Service(Behavior behavior) : Protocol.V1.InferenceService.InferenceServiceBase
    {
        public override Task<GetModelResponse> GetModel(GetModelRequest request, ServerCallContext context) =>
            Task.FromResult(new GetModelResponse { Model = new ModelInfo { Name = request.Name, FrameSize = FrameSize, OutputSize = 1 } });

        public override async Task StreamInfer(
            IAsyncStreamReader<StreamInferRequest> requests, IServerStreamWriter<StreamInferResponse> responses, ServerCallContext context)
        {
            Assert.True(await requests.MoveNext(context.CancellationToken));
            await responses.WriteAsync(new StreamInferResponse { Opened = new SessionOpened() });
            if (behavior.Breaks)
                throw new RpcException(new Status(StatusCode.Internal, "the model failed, 100 %"));
            uint frames = 0;
            while (await requests.MoveNext(context.CancellationToken))
                frames++;
            await responses.WriteAsync(new StreamInferResponse
            {
                Result = new Result { Count = frames, BlockSteps = frames, Outputs = ByteString.CopyFrom(new byte[frames * sizeof(float)]) },
            });
            await responses.WriteAsync(new StreamInferResponse { End = new SessionEnded { Reason = EndReason.EndOfInput } });
        }
    }
}
