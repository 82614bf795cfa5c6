using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;

namespace EdgeRnn.Server.Tests.Server;

public sealed class HealthTests
{
    [Theory]
    [InlineData("")]
    [InlineData("edgernn.v1.InferenceService")]
    [InlineData("first")]
    [InlineData("second")]
    public async Task Check_KnownService_ServesUntilDraining(string service)
    {
        await using TestServer server = await TestServer.StartAsync();
        var health = new Health.HealthClient(server.Channel);
        var request = new HealthCheckRequest { Service = service };

        HealthCheckResponse before = await health.CheckAsync(request).ResponseAsync.Soon();
        await server.Sessions.DrainAsync().Soon();
        HealthCheckResponse draining = await health.CheckAsync(request).ResponseAsync.Soon();

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, before.Status);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, draining.Status);
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using TestServer server = await TestServer.StartAsync();
        var health = new Health.HealthClient(server.Channel);

        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            () => health.CheckAsync(new HealthCheckRequest { Service = "third" }).ResponseAsync.Soon());

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
    }

    [Fact]
    public async Task Watch_UntilShutdown_SendsServingThenNotServing()
    {
        await using TestServer server = await TestServer.StartAsync();
        using AsyncServerStreamingCall<HealthCheckResponse> watch =
            new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = "first" });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None).Soon());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, watch.ResponseStream.Current.Status);

        Task stopping = server.Server.DisposeAsync().AsTask();

        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None).Soon());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        await stopping.Soon();
    }

    [Fact]
    public async Task Pages_OverHttp1_TellLifeReadinessAndVersion()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.Server.HttpAddress };

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await PagesAsync(client));
        await server.Sessions.DrainAsync().Soon();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), await PagesAsync(client));
    }

    [Fact]
    public async Task Reflection_ListServices_NamesTheContractAndHealth()
    {
        await using TestServer server = await TestServer.StartAsync();
        using AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call =
            new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }).Soon();
        await call.RequestStream.CompleteAsync().Soon();

        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());

        IEnumerable<string> services = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name);
        Assert.Contains("edgernn.v1.InferenceService", services);
        Assert.Contains("grpc.health.v1.Health", services);
    }

    private static async Task<(HttpStatusCode Live, HttpStatusCode Ready)> PagesAsync(HttpClient client)
    {
        using HttpResponseMessage live = await client.GetAsync(new Uri("/health/live", UriKind.Relative)).Soon();
        using HttpResponseMessage ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative)).Soon();
        Assert.All([live, ready], page => Assert.Equal([ServerVersion.Text], page.Headers.GetValues("edgernn-version")));
        return (live.StatusCode, ready.StatusCode);
    }
}
