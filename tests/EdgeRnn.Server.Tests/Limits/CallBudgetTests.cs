using System.Net;
using System.Net.Sockets;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Server.Limits;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRnn.Server.Tests.Limits;

public sealed class CallBudgetTests
{
    [Fact]
    public async Task Streams_WithoutOpen_AreRefusedBeyondTheirShareAndGiveTheirPlacesBack()
    {
        await using TestServer server = await StartAsync(places: 6);
        List<RawStream> unopened = [.. Enumerable.Range(0, 3).Select(_ => server.Raw())];
        CallBudget budget = server.Server.Services.GetRequiredService<CallBudget>();
        await Waiting.UntilAsync(() => budget.Taken == 3);

        RpcException refusal = await Assert.ThrowsAsync<RpcException>(
            () => server.Service.ListModelsAsync(new ListModelsRequest()).ResponseAsync.Soon());
        await unopened[0].SendAsync(new StreamInferRequest { Open = new OpenSession { Model = "first" } });
        await unopened[0].NextAsync();
        await Waiting.UntilAsync(() => budget.Taken == 2);

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains("expected at most 3 of an address, 6 in all", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.NotEmpty((await server.Service.ListModelsAsync(new ListModelsRequest()).ResponseAsync.Soon()).Models);
    }

    [Fact]
    public async Task Streams_ManyOfOneAddress_BorrowPlacesUntilAnotherAddressNeedsThem()
    {
        await using TestServer server = await StartAsync(places: 6);
        CallBudget budget = server.Server.Services.GetRequiredService<CallBudget>();
        List<RawStream> crowd = [];
        for (int i = 0; i < 6; i++)
        {
            crowd.Add(server.Raw());
            await Waiting.UntilAsync(() => budget.Taken == i + 1);
        }

        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => server.Raw().NextAsync())).StatusCode);
        using GrpcChannel neighbor = ChannelFrom("127.0.0.2", server.Server.GrpcAddress);
        var service = new Protocol.V1.InferenceService.InferenceServiceClient(neighbor);
        Assert.NotEmpty((await service.ListModelsAsync(new ListModelsRequest()).ResponseAsync.Soon()).Models);

        await Assert.ThrowsAsync<RpcException>(() => crowd[5].NextAsync());
        await Waiting.UntilAsync(() => budget.Taken == 5);
        foreach (RawStream stream in crowd.Take(5))
        {
            await stream.SendAsync(new StreamInferRequest { Open = new OpenSession { Model = "first" } });
            Assert.NotNull((await stream.NextAsync()).Opened);
        }

        await Waiting.UntilAsync(() => budget.Taken == 0);
    }

    [Fact]
    public async Task Watch_TakesAPlaceUntilItEnds()
    {
        await using TestServer server = await StartAsync(places: 6);
        CallBudget budget = server.Server.Services.GetRequiredService<CallBudget>();
        using (AsyncServerStreamingCall<HealthCheckResponse> watch = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest()))
        {
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None).Soon());
            Assert.Equal(1, budget.Taken);
        }

        await Waiting.UntilAsync(() => budget.Taken == 0);
    }

    [Fact]
    public async Task FirstMessage_LargerThanACallMayHold_IsRefusedThoughMessagesMayBeLarger()
    {
        await using TestServer server = await TestServer.StartAsync();
        RawStream stream = server.Raw();
        await stream.SendAsync(new StreamInferRequest { Open = new OpenSession { Model = new string('x', 70_000) } });
        RpcException refusal = await Assert.ThrowsAsync<RpcException>(() => stream.NextAsync());
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("expected a first message of at most 65536 bytes", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyMessagesAtOnceAfterOpen_AreNoLargeFirstMessage()
    {
        await using TestServer server = await TestServer.StartAsync();
        RawStream stream = server.Raw();
        byte[] frames = new byte[SamplePackages.Inputs * sizeof(float) * 600];
        await stream.SendAsync(new StreamInferRequest { Open = new OpenSession { Model = "first" } });
        for (int i = 0; i < 5; i++)
            await stream.SendAsync(new StreamInferRequest { Frames = new Frames { Data = ByteString.CopyFrom(frames) } });
        StreamInferResponse opened = await stream.NextAsync();
        Assert.Equal(StreamInferResponse.ResponseOneofCase.Opened, opened.ResponseCase);
        Assert.Equal(StreamInferResponse.ResponseOneofCase.Result, (await stream.NextAsync()).ResponseCase);
    }

    [Fact]
    public async Task Garbage_OnAUnaryCall_IsInvalidArgument()
    {
        await using TestServer server = await TestServer.StartAsync();
        Marshaller<byte[]> garbage = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "edgernn.v1.InferenceService", "ListModels", garbage, garbage);
        RpcException refusal = await Assert.ThrowsAsync<RpcException>(() => server.Channel.CreateCallInvoker()
            .AsyncUnaryCall(method, null, new CallOptions(), [0xFF, 0xFF, 0xFF]).ResponseAsync.Soon());
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
    }

    private static GrpcChannel ChannelFrom(string address, Uri server) => GrpcChannel.ForAddress(server, new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        },
    });

    private static Task<TestServer> StartAsync(int places) => TestServer.StartAsync(compose: builder => builder.Services.AddSingleton(
        new CallBudget(places, TimeProvider.System, NullLogger<CallBudget>.Instance)));
}
