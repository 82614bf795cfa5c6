using EdgeRnn.Client;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Telemetry;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Server.Tests;

/// <summary>The real server in this process, on free ports, with two small models: "first" rejects NaN, "second" passes it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly SamplePackages _package;

    private TestServer(SamplePackages package, EdgeRnnServer server)
    {
        _package = package;
        Server = server;
        Channel = GrpcChannel.ForAddress(server.GrpcAddress);
        Client = new EdgeRnnClient(server.GrpcAddress);
    }

    public EdgeRnnServer Server { get; }

    public GrpcChannel Channel { get; }

    public EdgeRnnClient Client { get; }

    public Protocol.V1.InferenceService.InferenceServiceClient Service => new(Channel);

    public SessionManager Sessions => Server.Services.GetRequiredService<SessionManager>();

    public static async Task<TestServer> StartAsync(
        Action<EdgeRnnServerOptions>? configure = null, TimeProvider? time = null, Action<WebApplicationBuilder>? compose = null)
    {
        SamplePackages package = new SamplePackages().Add("first", seed: 1).Add("second", nonFinite: "pass", seed: 2);
        EdgeRnnServer server = await EdgeRnnServer.StartAsync(
            options =>
            {
                options.Models = package.Models;
                options.GrpcPort = 0;
                options.HttpPort = 0;
                configure?.Invoke(options);
            },
            builder =>
            {
                Compose(builder, time);
                compose?.Invoke(builder);
            }).Soon();
        // Tests scrape what they have just done.
        server.Services.GetRequiredService<PrometheusExporter>().MaxAge = TimeSpan.Zero;
        return new TestServer(package, server);
    }

    /// <summary>A stream at the level of the contract's messages, with its session opened.</summary>
    public async Task<RawStream> OpenRawAsync(OpenSession? open = null)
    {
        RawStream stream = Raw();
        await stream.SendAsync(new StreamInferRequest { Open = open ?? new OpenSession { Model = "first" } });
        StreamInferResponse opened = await stream.NextAsync();
        Assert.Equal(StreamInferResponse.ResponseOneofCase.Opened, opened.ResponseCase);
        return stream;
    }

    /// <summary>A stream at the level of the contract's messages, without a session.</summary>
    public RawStream Raw(CancellationToken cancellationToken = default) => new(Service.StreamInfer(cancellationToken: cancellationToken));

    /// <summary>The outputs of a model for these frames from a zero state, computed as one block in this process.</summary>
    public float[] Expected(ReadOnlySpan<float> frames, string model = "first") => Expected(Server.Services, frames, model);

    /// <inheritdoc cref="Expected(ReadOnlySpan{float}, string)"/>
    public static float[] Expected(IServiceProvider services, ReadOnlySpan<float> frames, string model = "first")
    {
        Assert.True(services.GetRequiredService<ModelRepository>().TryGet(model, out RecurrentModel? recurrent));
        int count = frames.Length / recurrent.InputSize;
        using RecurrentState state = recurrent.CreateState();
        using Workspace workspace = recurrent.CreateWorkspace(count);
        float[] outputs = new float[count * recurrent.OutputSize];
        recurrent.Run([new FrameSegment(state, frames.ToArray(), outputs)], workspace);
        return outputs;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Channel.Dispose();
        await Server.DisposeAsync().AsTask().Soon();
        _package.Dispose();
    }

    private static void Compose(WebApplicationBuilder builder, TimeProvider? time)
    {
        builder.Logging.ClearProviders();
        if (time is not null)
            builder.Services.AddSingleton(time);
    }
}
