using EdgeRnn.Client;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Server.Tests.Client;

public sealed class AddEdgeRnnClientTests
{
    [Fact]
    public async Task Client_FromServices_StreamsAndLogsThroughTheApplication()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var loggers = new LogRecorder();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(loggers));
        services.AddEdgeRnnClient(options => options.Address = server.Server.GrpcAddress);
        await using ServiceProvider provider = services.BuildServiceProvider();
        float[] frames = SamplePackages.Frames(3, seed: 1);

        EdgeRnnClient client = provider.GetRequiredService<EdgeRnnClient>();
        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();
        await stream.WriteAsync(frames).Soon();
        await stream.CompleteAsync().Soon();
        List<float> outputs = [];
        await foreach (InferenceResult result in stream.ReadResultsAsync())
            outputs.AddRange(result.Outputs.Span);

        Bits.AssertEqual(server.Expected(frames), outputs.ToArray());
        Assert.Contains("Grpc.Net.Client.Internal.GrpcCall", loggers.Categories);
    }

    [Fact]
    public async Task Client_WithInterceptorAndHandler_UsesBoth()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var handler = new HeaderRecorder();
        var services = new ServiceCollection();
        services
            .AddEdgeRnnClient(options => options.Address = server.Server.GrpcAddress)
            .AddInterceptor(() => new DeviceInterceptor())
            .ConfigurePrimaryHttpMessageHandler(() => handler);
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<EdgeRnnClient>().ListModelsAsync().Soon();

        Assert.Equal(["pump-7"], Assert.Single(handler.Requests).GetValues("x-device"));
    }

    [Fact]
    public async Task Client_Named_CallsTheServerOfItsName()
    {
        await using TestServer first = await TestServer.StartAsync(), second = await TestServer.StartAsync();
        var services = new ServiceCollection();
        services.AddEdgeRnnClient("a", options => options.Address = first.Server.GrpcAddress);
        services.AddEdgeRnnClient("b", options => options.Address = second.Server.GrpcAddress);
        await using ServiceProvider provider = services.BuildServiceProvider();

        EdgeRnnClient client = provider.GetRequiredService<GrpcClientFactory>().CreateClient<EdgeRnnClient>("b");
        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();

        Assert.Equal((0, 1), (first.Sessions.ActiveSessions, second.Sessions.ActiveSessions));
    }

    [Fact]
    public void Handler_ByDefault_HasConnectTimeoutAndPings()
    {
        var services = new ServiceCollection();
        services.AddEdgeRnnClient(options => options.Address = new Uri("http://127.0.0.1:1"));
        using ServiceProvider provider = services.BuildServiceProvider();

        HttpMessageHandler? handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(nameof(EdgeRnnClient));
        while (handler is DelegatingHandler outer)
            handler = outer.InnerHandler;

        SocketsHttpHandler sockets = Assert.IsType<SocketsHttpHandler>(handler);
        Assert.Equal(TimeSpan.FromSeconds(10), sockets.ConnectTimeout);
        Assert.Equal((TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10)), (sockets.KeepAlivePingDelay, sockets.KeepAlivePingTimeout));
    }

    private sealed class DeviceInterceptor : Interceptor
    {
        public override Grpc.Core.AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Grpc.Core.CallOptions options = context.Options.WithHeaders(new Grpc.Core.Metadata { { "x-device", "pump-7" } });
            return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options));
        }
    }
}
