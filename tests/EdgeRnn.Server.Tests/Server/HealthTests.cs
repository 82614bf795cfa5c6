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
    public async Task Check_WithABrokenPackage_TellsItsModelAndServesTheOthers()
    {
        using SamplePackages packages = new SamplePackages().Add("good");
        Directory.CreateDirectory(Path.Combine(packages.Models, "poor"));
        await File.WriteAllTextAsync(Path.Combine(packages.Models, "poor", "model.json"), "{");
        await using TestServer server = await TestServer.StartAsync(options => options.Models = packages.Models);
        var health = new Health.HealthClient(server.Channel);
        using var http = new HttpClient { BaseAddress = server.Server.HttpAddress };

        async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(string service) =>
            (await health.CheckAsync(new HealthCheckRequest { Service = service }).ResponseAsync.Soon()).Status;

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await StatusAsync("poor"));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await StatusAsync("good"));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await StatusAsync(""));
        Assert.Equal("Degraded: not loaded: poor", await http.GetStringAsync("/health/ready").Soon());
        Assert.Contains("edgernn_model_loads_total{model=\"poor\",outcome=\"failed\"} 1\n", await http.GetStringAsync("/metrics").Soon(), StringComparison.Ordinal);
        RpcException unnamed = await Assert.ThrowsAsync<RpcException>(() => OpenAsync(""));
        RpcException poor = await Assert.ThrowsAsync<RpcException>(() => OpenAsync("poor"));
        Assert.Equal((StatusCode.NotFound, StatusCode.NotFound), (unnamed.StatusCode, poor.StatusCode));
        Assert.Contains("whose package could not be loaded", poor.Status.Detail, StringComparison.Ordinal);
        await OpenAsync("good");

        async Task OpenAsync(string model)
        {
            RawStream stream = server.Raw();
            await stream.SendAsync(new Protocol.V1.StreamInferRequest { Open = new Protocol.V1.OpenSession { Model = model } });
            await stream.NextAsync();
        }
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
