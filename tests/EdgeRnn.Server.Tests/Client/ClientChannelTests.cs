using EdgeRnn.Client;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace EdgeRnn.Server.Tests.Client;

/// <summary>A client that calls through a channel or an invoker of its user.</summary>
public sealed class ClientChannelTests
{
    [Fact]
    public async Task Constructor_Channel_UsesItsHandlerAndLoggerAndLeavesItOpen()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var handler = new HeaderRecorder();
        using var loggers = new LogRecorder();
        using var channel = GrpcChannel.ForAddress(
            server.Server.GrpcAddress, new GrpcChannelOptions { HttpHandler = handler, LoggerFactory = loggers });

        using (var client = new EdgeRnnClient(channel))
            await client.ListModelsAsync().Soon();
        using var second = new EdgeRnnClient(channel);
        await second.ListModelsAsync().Soon();

        Assert.Equal(2, handler.Requests.Count);
        Assert.Contains("Grpc.Net.Client.Internal.GrpcCall", loggers.Categories);
    }

    [Fact]
    public async Task Constructor_InvokerWithInterceptor_SendsItsMetadata()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var handler = new HeaderRecorder();
        using var channel = GrpcChannel.ForAddress(server.Server.GrpcAddress, new GrpcChannelOptions { HttpHandler = handler });
        CallInvoker invoker = channel.Intercept(metadata =>
        {
            metadata.Add("x-device", "pump-7");
            return metadata;
        });
        using var client = new EdgeRnnClient(invoker);

        await client.GetModelAsync("first").Soon();
        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();

        Assert.Equal(2, handler.Requests.Count);
        Assert.All(handler.Requests, request => Assert.Equal(["pump-7"], request.GetValues("x-device")));
    }

    [Fact]
    public async Task Calls_ChannelThatReportsCancellationAsStatus_ThrowOperationCanceled()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = new EdgeRnnClient(server.Channel);
        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions { Model = "first" }).Soon();
        using var canceling = new CancellationTokenSource();
        await using IAsyncEnumerator<InferenceResult> results =
            stream.ReadResultsAsync(canceling.Token).GetAsyncEnumerator(CancellationToken.None);
        Task<bool> reading = results.MoveNextAsync().AsTask();

        await canceling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ListModelsAsync(canceling.Token).Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.OpenAsync(new InferenceOptions(), canceling.Token).Soon());
    }
}
