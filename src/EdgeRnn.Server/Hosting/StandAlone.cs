using EdgeRnn.Server.Configuration;
using EdgeRnn.Server.Live;
using EdgeRnn.Server.Telemetry;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace EdgeRnn.Server.Hosting;

/// <summary>What the stand-alone server has besides EdgeRnn in an app: its ports, console logging, health pages, OTLP, systemd.</summary>
internal static class StandAlone
{
    // The base images of .NET set it.
    private const string InContainer = "DOTNET_RUNNING_IN_CONTAINER";

    public static void AddStandAlone(this WebApplicationBuilder builder, EdgeRnnServerOptions options)
    {
        builder.AddConsoleLogging();
        builder.Services.AddSingleton<IOptionsFactory<EdgeRnnOptions>>(new FixedOptions(options));
        builder.Services.AddEdgeRnn();
        builder.Services.Configure<GrpcServiceOptions>(grpc => grpc.MaxReceiveMessageSize = options.MaxMessageBytes);
        builder.Services.AddGrpcReflection();
        builder.Services.AddSingleton(ServiceManager.FromEnvironment(Environment.GetEnvironmentVariable, Environment.ProcessId));
        builder.Services.AddHostedService<Watchdog>();
        builder.Services.AddEdgeRnnMonitoring();
        builder.AddOpenTelemetryExport();

        var kestrel = new KestrelSetup(options);
        builder.Services.AddSingleton(kestrel);
        builder.WebHost.ConfigureKestrel(kestrel.Apply);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = RuntimeLifetime.StopTime(options.Runtime, options.ShutdownDelay));
    }

    public static void MapStandAlone(this WebApplication app, EdgeRnnServerOptions options)
    {
        app.MapEdgeRnn();
        app.MapGrpcReflectionService();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithVersionHeader();
        app.MapHealthChecks("/health/ready", ReadinessPage.Options).WithVersionHeader();
        app.MapMetrics();
        RouteGroupBuilder page = app.MapLivePage();
        if (ListenAddress.Parse(options.Listen).IsLoopback)
            page.AddEndpointFilter(LoopbackHosts.RefuseOthersAsync);
    }

    /// <summary>To stderr, because stdout has the line with the addresses; as JSON in a container, where programs read it.</summary>
    private static void AddConsoleLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // ServerStartException tells why a start failed, without a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (bool.TryParse(builder.Configuration[InContainer], out bool inContainer) && inContainer)
        {
            builder.Logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "O";
            });
        }
        else
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        }

        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
