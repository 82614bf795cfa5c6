using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Configuration;
using EdgeRnn.Server.Rpc;
using Grpc.AspNetCore.HealthChecks;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace EdgeRnn.Server.Hosting;

/// <summary>The services of the runtime and of the contract in any ASP.NET Core app.</summary>
internal static class RuntimeServices
{
    /// <summary>Adds the services once; those that the app has registered are kept.</summary>
    public static void AddRuntime(this IServiceCollection services)
    {
        if (services.Any(service => service.ImplementationType == typeof(RuntimeLifetime)))
            return;
        services.AddOptions<EdgeRnnOptions>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<EdgeRnnOptions>, OptionsSetup>();
        services.AddSingleton<IValidateOptions<EdgeRnnOptions>, OptionsSetup>();
        services.AddSessions();
        services.AddHostedService<RuntimeLifetime>();
        services.AddGrpc().AddServiceOptions<InferenceService>(static _ => { });
        services.AddOptions<GrpcServiceOptions<InferenceService>>().Configure<IOptions<EdgeRnnOptions>>(
            static (grpc, options) => grpc.MaxReceiveMessageSize = options.Value.MaxMessageBytes);
        services.AddHealth();
    }

    private static void AddSessions(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => KernelSelection.Select());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<EdgeRnnOptions>>().Value.Runtime);
        services.TryAddSingleton<RuntimeMetrics>();
        services.TryAddSingleton(static provider =>
        {
            RuntimeMetrics metrics = provider.GetRequiredService<RuntimeMetrics>();
            return ModelRepository.Load(
                provider.GetRequiredService<IOptions<EdgeRnnOptions>>().Value.Models,
                provider.GetRequiredService<KernelSet>(),
                provider.GetRequiredService<ILogger<ModelRepository>>(),
                load =>
                {
                    if (load.IsLoaded)
                        metrics.ModelLoaded(load.Name);
                    else
                        metrics.ModelLoadFailed(load.Name);
                },
                provider.GetRequiredService<IOptions<EdgeRnnOptions>>().Value.EmbeddedIfEmpty);
        });
        services.TryAddSingleton<PassDispatcher>();
        services.TryAddSingleton<WorkerPool>();
        services.TryAddSingleton(provider => MemoryGuard.OfProcess(StreamBytes(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<SessionManager>();
    }

    private static long StreamBytes(IServiceProvider provider) => KestrelSetup.StreamBytes(
        provider.GetRequiredService<IOptions<EdgeRnnOptions>>().Value.MaxMessageBytes,
        provider.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.Http2.InitialStreamWindowSize);

    private static void AddHealth(this IServiceCollection services)
    {
        services.AddGrpcHealthChecks().AddCheck<ReadinessCheck>(ReadinessCheck.Name);
        services.AddOptions<HealthCheckServiceOptions>().Configure<ModelRepository>(static (checks, models) =>
        {
            if (models.Failures.Count > 0)
                checks.Registrations.Add(new HealthCheckRegistration(FailedModelCheck.Name, new FailedModelCheck(), failureStatus: null, tags: null));
        });
        services.AddOptions<GrpcHealthChecksOptions>().Configure<ModelRepository>(static (health, models) =>
        {
            foreach (string service in models.Failures)
                health.Services.Map(service, check => check.Name == FailedModelCheck.Name);
            foreach (string service in models.Models.Select(model => model.Name).Prepend(InferenceService.Name).Prepend(""))
                health.Services.Map(service, check => check.Name == ReadinessCheck.Name);
        });
    }
}
