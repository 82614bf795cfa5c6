using EdgeRnn.Runtime;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace EdgeRnn.Server.Telemetry;

/// <summary>Which measurements leave the process, and how: <c>/metrics</c>, and OTLP where the standard variables ask for it.</summary>
internal static class TelemetryComposition
{
    private const string ServiceName = "edgernn";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RuntimeMetrics>();
        builder.Services.AddSingleton<ProcessMetrics>();
        var exporter = new PrometheusExporter();
        builder.Services.AddSingleton(exporter);
        builder.Services.AddOpenTelemetry()
            // The variables OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: Version).AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(RuntimeMetrics.MeterName, ProcessMetrics.MeterName, "System.Runtime",
                    "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel");
                metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
                metrics.AddReader(new BaseExportingMetricReader(exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative });
                if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
                    metrics.AddOtlpExporter();
            });
    }

    private static string? Version => typeof(TelemetryComposition).Assembly.GetName().Version?.ToString(fieldCount: 3);
}
