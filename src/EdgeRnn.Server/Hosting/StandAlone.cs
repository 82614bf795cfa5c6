using EdgeRnn.Server.Configuration;
using EdgeRnn.Server.Limits;
using EdgeRnn.Server.Live;
using EdgeRnn.Server.Logging;
using EdgeRnn.Server.Rpc;
using EdgeRnn.Server.Telemetry;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace EdgeRnn.Server.Hosting;

/// <summary>What the stand-alone server has besides EdgeRnn in an app: its ports, console logging, health pages, OTLP, systemd.</summary>
internal static class StandAlone
{
    private const long ConnectionBufferBytes = 64 * 1024;

    // The base images of .NET set it.
    private const string InContainer = "DOTNET_RUNNING_IN_CONTAINER";

    public static void AddStandAlone(this WebApplicationBuilder builder, EdgeRnnServerOptions options)
    {
        builder.AddConsoleLogging();
        builder.Services.AddSingleton<IOptionsFactory<EdgeRnnOptions>>(new FixedOptions(options));
        builder.Services.AddEdgeRnn();
        builder.Services.Configure<GrpcServiceOptions>(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.MaxMessageBytes;
            grpc.Interceptors.Add<CallInterceptor>();
        });
        builder.Services.AddGrpcReflection();
        builder.Services.AddSingleton(ServiceManager.FromEnvironment(Environment.GetEnvironmentVariable, Environment.ProcessId));
        builder.Services.AddHostedService<Watchdog>();
        builder.Services.AddEdgeRnnMonitoring();
        builder.AddOpenTelemetryExport();

        var kestrel = new KestrelSetup(options);
        builder.Services.AddSingleton(kestrel);
        builder.Services.AddLimits();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<TimeProvider>(
            (server, time) => kestrel.Apply(server, time, DescriptorBudget.Connections()));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = RuntimeLifetime.StopTime(options.Runtime, options.ShutdownDelay));
    }

    public static void MapStandAlone(this WebApplication app, EdgeRnnServerOptions options)
    {
        app.Use(KestrelSetup.DemandPageRateAsync);
        app.Use(app.Services.GetRequiredService<CallBudget>().InvokeAsync);
        app.Use(UnreadRequests.InvokeAsync);
        app.MapEdgeRnn();
        app.MapGrpcReflectionService();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithVersionHeader();
        app.MapHealthChecks("/health/ready", ReadinessPage.Options).WithVersionHeader();
        app.MapMetrics();
        app.MapLivePage().AddEndpointFilter(new PageHosts(options.Hosts).RefuseOthersAsync);
    }

    private static void AddLimits(this IServiceCollection services)
    {
        services.AddSingleton(provider => new CallBudget(
            KestrelSetup.CallPlaces, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CallBudget>>()));
        services.AddSingleton<SocketTransportFactory>();
        // What a connection may hold before it is read, above all one that is read slowly.
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = ConnectionBufferBytes);
        // The last transport is the one that Kestrel takes.
        services.AddSingleton<IConnectionListenerFactory>(provider =>
            new LimitedTransport(provider.GetRequiredService<SocketTransportFactory>(), DescriptorBudget.Connections));
    }

    /// <summary>To stderr, because stdout has the line with the addresses; as JSON in a container, where programs read it.</summary>
    private static void AddConsoleLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // ServerStartException tells why a start failed, without a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        bool isJson = bool.TryParse(builder.Configuration[InContainer], out bool inContainer) && inContainer;
        builder.Logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
        builder.Services.AddSingleton<ConsoleFormatter>(_ => new LineFormatter(isJson, TimeProvider.System));
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // If nobody reads, lines are dropped and counted: a log must not stop a stream.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }
}
