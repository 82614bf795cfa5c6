using EdgeRnn.Kernels;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using Grpc.AspNetCore.HealthChecks;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;

namespace EdgeRnn.Server;

/// <summary>What the server is made of.</summary>
internal static class Composition
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // For Kestrel to send what the drained sessions have left behind, and to close.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    public static void AddEdgeRnn(this WebApplicationBuilder builder, ServerOptions options, KernelSet kernels)
    {
        builder.AddStderrLogging();
        builder.Services.AddRuntime(options, kernels);
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = options.MaxMessageBytes);
        builder.Services.AddGrpcReflection();
        builder.Services.AddHealth();
        builder.AddMetrics();

        var kestrel = new KestrelSetup(options);
        builder.Services.AddSingleton(kestrel);
        builder.WebHost.ConfigureKestrel(kestrel.Apply);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Runtime.DrainTimeout + CloseTimeout);
    }

    public static void MapEdgeRnn(this WebApplication app)
    {
        app.MapGrpcService<InferenceService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
    }

    /// <summary>stdout belongs to the line that tells the addresses.</summary>
    private static void AddStderrLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // Why a start failed is told by ServerStartException, without a stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void AddRuntime(this IServiceCollection services, ServerOptions options, KernelSet kernels)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Runtime);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
            ModelRepository.Load(options.Models, kernels, provider.GetRequiredService<ILogger<ModelRepository>>()));
        services.AddSingleton<RuntimeMetrics>();
        services.AddSingleton<PassDispatcher>();
        services.AddSingleton<WorkerPool>();
        services.AddSingleton(provider => MemoryGuard.OfProcess(KestrelSetup.StreamBytes(options), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SessionManager>();
        services.AddHostedService<RuntimeLifetime>();
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

    private static void AddMetrics(this WebApplicationBuilder builder) =>
        builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(RuntimeMetrics.MeterName);
            if (!string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]))
                metrics.AddOtlpExporter();
        });
}
