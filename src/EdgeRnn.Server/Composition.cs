using EdgeRnn.Kernels;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Live;
using EdgeRnn.Server.Telemetry;
using Grpc.AspNetCore.HealthChecks;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Console;

namespace EdgeRnn.Server;

/// <summary>What the server is made of.</summary>
internal static class Composition
{
    // The base images of .NET set it.
    private const string InContainer = "DOTNET_RUNNING_IN_CONTAINER";

    // For Kestrel to send what the drained sessions have left behind, and to close.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    public static void AddEdgeRnn(this WebApplicationBuilder builder, ServerOptions options, KernelSet kernels)
    {
        builder.AddConsoleLogging();
        builder.Services.AddRuntime(options, kernels);
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = options.MaxMessageBytes);
        builder.Services.AddGrpcReflection();
        builder.Services.AddHealth();
        builder.AddTelemetry();
        builder.Services.AddLive();

        var kestrel = new KestrelSetup(options);
        builder.Services.AddSingleton(kestrel);
        builder.WebHost.ConfigureKestrel(kestrel.Apply);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Runtime.DrainTimeout + CloseTimeout);
    }

    public static void MapEdgeRnn(this WebApplication app, ServerOptions options)
    {
        app.MapGrpcService<InferenceService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
        app.MapMetrics();
        app.MapLivePage(options);
    }

    /// <summary>
    /// To stderr, for stdout belongs to the line that tells the addresses; as JSON in a container, where programs read it.
    /// </summary>
    private static void AddConsoleLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // Why a start failed is told by ServerStartException, without a stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (builder.Configuration.GetValue<bool>(InContainer))
            builder.Logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "O"));
        else
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void AddRuntime(this IServiceCollection services, ServerOptions options, KernelSet kernels)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Runtime);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(kernels);
        services.AddSingleton(provider =>
        {
            RuntimeMetrics metrics = provider.GetRequiredService<RuntimeMetrics>();
            return ModelRepository.Load(options.Models, kernels, provider.GetRequiredService<ILogger<ModelRepository>>(), load =>
            {
                if (load.IsLoaded)
                    metrics.ModelLoaded(load.Name);
                else
                    metrics.ModelLoadFailed(load.Name);
            });
        });
        services.AddSingleton<PassDispatcher>();
        services.AddSingleton<WorkerPool>();
        services.AddSingleton(provider =>
            MemoryGuard.OfProcess(KestrelSetup.StreamBytes(options), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SessionManager>();
        services.AddHostedService<RuntimeLifetime>();
        services.AddSingleton(ServiceManager.FromEnvironment(Environment.GetEnvironmentVariable, Environment.ProcessId));
        services.AddHostedService<Watchdog>();
    }

    private static void AddLive(this IServiceCollection services)
    {
        services.AddSingleton<LiveResults>();
        services.AddSingleton<LiveSources>();
        services.AddSingleton<LiveFeed>();
    }

    private static void AddHealth(this IServiceCollection services)
    {
        services.AddGrpcHealthChecks().AddCheck<ReadinessCheck>(ReadinessCheck.Name);
        services.AddOptions<GrpcHealthChecksOptions>().Configure<ModelRepository>((health, models) =>
        {
            foreach (string service in models.Models.Select(model => model.Name).Prepend(InferenceService.Name))
                health.Services.Map(service, _ => true);
        });
    }
}
