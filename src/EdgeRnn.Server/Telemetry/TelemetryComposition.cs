using System.Diagnostics.Metrics;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Energy;
using EdgeRnn.Runtime.Sessions;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EdgeRnn.Server.Telemetry;

/// <summary>Which measurements leave the process, and how: <c>/metrics</c>, and OTLP where the standard variables ask for it.</summary>
internal static class TelemetryComposition
{
    private const string ServiceName = "edgernn";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RuntimeMetrics>();
        builder.Services.AddSingleton<ProcessMetrics>();
        builder.Services.AddSingleton(provider =>
        {
            RuntimeMetrics metrics = provider.GetRequiredService<RuntimeMetrics>();
            SessionManager sessions = provider.GetRequiredService<SessionManager>();
            return new EnergyMonitor(PowerSensors.Find(), provider.GetRequiredService<IMeterFactory>(),
                () => metrics.TotalFramesComputed, () => sessions.ActiveSessions, provider.GetRequiredService<TimeProvider>());
        });
        builder.Services.AddHostedService<EnergySampler>();
        var prometheus = new PrometheusExporter();
        builder.Services.AddSingleton(prometheus);

        var otlp = new OtlpSignals(builder.Configuration);
        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            // The variables OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: Version).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.Configure(prometheus, otlp))
            .WithTracing(traces => traces.Configure(otlp));
        if (otlp.Logs)
            telemetry.WithLogging(logs => logs.AddOtlpExporter(), options => options.IncludeFormattedMessage = true);
    }

    private static void Configure(this MeterProviderBuilder metrics, PrometheusExporter prometheus, OtlpSignals otlp)
    {
        metrics.AddMeter(RuntimeMetrics.MeterName, ProcessMetrics.MeterName, "System.Runtime",
            "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel");
        metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
        metrics.AddReader(
            new BaseExportingMetricReader(prometheus) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative });
        if (otlp.Metrics)
            metrics.AddOtlpExporter();
    }

    private static void Configure(this TracerProviderBuilder traces, OtlpSignals otlp)
    {
        traces.AddSource(StreamTrace.SourceName);
        // Without an exporter, a client that traces still finds its streams by the exemplars of /metrics; nobody else pays for spans.
        if (otlp.Traces)
            traces.AddOtlpExporter();
        else
            traces.SetSampler(new ParentBasedSampler(new AlwaysOffSampler()));
    }

    /// <summary>Of this build: "1.2.3".</summary>
    public static string? Version => typeof(TelemetryComposition).Assembly.GetName().Version?.ToString(fieldCount: 3);
}
