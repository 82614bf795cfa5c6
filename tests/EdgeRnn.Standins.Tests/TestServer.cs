using System.Net;
using Grpc.AspNetCore.HealthChecks;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Standins.Tests;

/// <summary>
/// A real server with health and reflection, and a channel to it. Its one health check, "sensor", is tagged "input" and mapped to the
/// service "sensors"; the service "nothing" has no check.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _application;

    private TestServer(WebApplication application, GrpcChannel channel) => (_application, Channel) = (application, channel);

    public GrpcChannel Channel { get; }

    public HealthStatus Sensor { get; set; } = HealthStatus.Healthy;

    public static async Task<TestServer> StartAsync(Action<GrpcHealthChecksOptions>? configure = null)
    {
        TestServer? server = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddGrpcReflection();
        builder.Services
            .AddGrpcHealthChecks(options =>
            {
                options.Services.Map("sensors", check => check.Tags.Contains("input"));
                options.Services.Map("nothing", _ => false);
                configure?.Invoke(options);
            })
            .AddCheck("sensor", () => new HealthCheckResult(server!.Sensor), ["input"]);
        // Reports are published by the tests alone.
        builder.Services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.FromDays(1));
        var application = builder.Build();
        application.MapGrpcHealthChecksService();
        application.MapGrpcReflectionService();
        await application.StartAsync().WaitAsync(Patience);
        return server = new TestServer(application, GrpcChannel.ForAddress(application.Urls.Single()));
    }

    /// <summary>Runs the checks and publishes their report, as the application does periodically.</summary>
    public async Task PublishAsync()
    {
        var report = await _application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync().WaitAsync(Patience);
        foreach (var publisher in _application.Services.GetServices<IHealthCheckPublisher>())
            await publisher.PublishAsync(report, CancellationToken.None).WaitAsync(Patience);
    }

    public Task StopAsync() => _application.StopAsync().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _application.DisposeAsync();
    }
}
