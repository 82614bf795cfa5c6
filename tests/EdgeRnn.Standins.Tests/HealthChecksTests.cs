using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace EdgeRnn.Standins.Tests;

public sealed class HealthChecksTests
{
    [Theory]
    [InlineData("", HealthStatus.Healthy, ServingStatus.Serving)]
    [InlineData("sensors", HealthStatus.Healthy, ServingStatus.Serving)]
    [InlineData("sensors", HealthStatus.Degraded, ServingStatus.Serving)]
    [InlineData("sensors", HealthStatus.Unhealthy, ServingStatus.NotServing)]
    [InlineData("nothing", HealthStatus.Unhealthy, ServingStatus.Unknown)]
    public async Task Check_MappedService_HasTheStatusOfItsChecks(string service, HealthStatus sensor, ServingStatus expected)
    {
        await using var server = await TestServer.StartAsync();
        server.Sensor = sensor;

        Assert.Equal(expected, await CheckAsync(server, service));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using var server = await TestServer.StartAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(server, "elsewhere"));

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Check_UseHealthChecksCache_AnswersFromThePublishedReport()
    {
        await using var server = await TestServer.StartAsync(options => options.UseHealthChecksCache = true);
        await server.PublishAsync();
        server.Sensor = HealthStatus.Unhealthy;

        Assert.Equal(ServingStatus.Serving, await CheckAsync(server, "sensors"));
    }

    [Fact]
    public async Task Watch_ReportsChange_SendsThePresentStatusAndEachChange()
    {
        await using var server = await TestServer.StartAsync();
        await server.PublishAsync();
        using var watch = Watch(server, "sensors");

        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        server.Sensor = HealthStatus.Unhealthy;
        await server.PublishAsync();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        await server.PublishAsync();
        server.Sensor = HealthStatus.Healthy;
        await server.PublishAsync();
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_UnknownService_SaysSo()
    {
        await using var server = await TestServer.StartAsync();
        using var watch = Watch(server, "elsewhere");

        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_ApplicationStops_EndsWithNotServing()
    {
        await using var server = await TestServer.StartAsync();
        using var watch = Watch(server, "sensors");
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));

        await server.StopAsync();

        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        Assert.False(await watch.ResponseStream.MoveNext().WaitAsync(TestServer.Patience));
    }

    private static async Task<ServingStatus> CheckAsync(TestServer server, string service)
    {
        var client = new Health.HealthClient(server.Channel);
        var response = await client.CheckAsync(new HealthCheckRequest { Service = service }).ResponseAsync.WaitAsync(TestServer.Patience);
        return response.Status;
    }

    private static AsyncServerStreamingCall<HealthCheckResponse> Watch(TestServer server, string service) =>
        new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = service });

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext().WaitAsync(TestServer.Patience));
        return watch.ResponseStream.Current.Status;
    }
}
