using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Energy;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Live;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Metrics;

namespace EdgeRnn.Server.Telemetry;

/// <summary>The services behind <c>/metrics</c> and the live page.</summary>
internal static class Monitoring
{
    /// <summary>Adds the services once.</summary>
    public static void AddMonitoring(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(PrometheusExporter)))
            return;
        services.AddSingleton<PrometheusExporter>();
        services.TryAddSingleton<ProcessMetrics>();
        services.TryAddSingleton(static provider =>
        {
            RuntimeMetrics metrics = provider.GetRequiredService<RuntimeMetrics>();
            SessionManager sessions = provider.GetRequiredService<SessionManager>();
            return new EnergyMonitor(PowerSensors.Find(), provider.GetRequiredService<IMeterFactory>(),
                () => metrics.TotalFramesComputed, () => sessions.ActiveSessions, provider.GetRequiredService<TimeProvider>());
        });
        services.AddHostedService<EnergySampler>();
        services.AddSingleton<LiveStreams>();
        services.AddSingleton<LiveSources>();
        services.AddSingleton<LiveFeed>();
        services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddPrometheus());
    }

    private static void AddPrometheus(this MeterProviderBuilder metrics)
    {
        metrics.AddMeter(RuntimeMetrics.MeterName, ProcessMetrics.MeterName, "System.Runtime",
            "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel");
        metrics.AddInstrumentation(static provider => provider.GetRequiredService<ProcessMetrics>());
        metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
        metrics.AddReader(static provider => new BaseExportingMetricReader(provider.GetRequiredService<PrometheusExporter>())
        {
            TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
        });
    }
}
