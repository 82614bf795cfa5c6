using System.Diagnostics.Metrics;
using EdgeRnn.Runtime.Energy;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Live;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Metrics;

namespace EdgeRnn.Server.Telemetry;

/// <summary>The services behind <c>/metrics</c> and the live page.</summary>
internal static class Monitoring
{
    // OpenTelemetry reserves memory for every series that an instrument may have, by default 2000. Ours have at most a model and a reason
    // as tags. Those of Microsoft.AspNetCore.Hosting have routes, and are left to the app.
    private const int SeriesPerModel = 32, OtherSeries = 64;
    private static readonly string[] MetersOfFewSeries =
        [RuntimeMetrics.MeterName, ProcessMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

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
        metrics.AddMeter([.. MetersOfFewSeries, "Microsoft.AspNetCore.Hosting"]);
        metrics.AddInstrumentation(static provider => provider.GetRequiredService<ProcessMetrics>());
        ((IDeferredMeterProviderBuilder)metrics).Configure(static (provider, builder) =>
        {
            ModelRepository models = provider.GetRequiredService<ModelRepository>();
            int series = OtherSeries + SeriesPerModel * (models.Models.Count + models.Failures.Count);
            builder.AddView(instrument => MetersOfFewSeries.Contains(instrument.Meter.Name)
                ? new MetricStreamConfiguration { CardinalityLimit = series } : null);
        });
        metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
        metrics.AddReader(static provider => new BaseExportingMetricReader(provider.GetRequiredService<PrometheusExporter>())
        {
            TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
        });
    }
}
