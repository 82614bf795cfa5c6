using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EdgeRnn.Server.Telemetry;

/// <summary>The stand-alone server's OpenTelemetry: its resource, its traces, and OTLP if the standard variables ask for it.</summary>
internal static class OpenTelemetryExport
{
    private const string ServiceName = "edgernn";

    public static void AddOpenTelemetryExport(this WebApplicationBuilder builder)
    {
        var otlp = new OtlpSignals(builder.Configuration);
        builder.Services.AddSingleton(otlp);
        builder.Services.AddHostedService<OtlpWatch>();
        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            // Last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override the rest.
            .ConfigureResource(resource => resource
                .AddService(ServiceName, serviceVersion: ServerVersion.Text).AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.Configure(otlp));
        if (otlp.Metrics)
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(options => otlp.Configure(options, OtlpSignals.MetricSignal)));
        if (otlp.Logs)
            telemetry.WithLogging(logs => logs.AddOtlpExporter(options => otlp.Configure(options, OtlpSignals.LogSignal)), options => options.IncludeFormattedMessage = true);
    }

    private static void Configure(this TracerProviderBuilder traces, OtlpSignals otlp)
    {
        traces.AddSource(StreamTrace.SourceName);
        // Without an exporter only streams of clients that trace get spans, whose ids then are the exemplars of /metrics.
        if (otlp.Traces)
            traces.AddOtlpExporter(options => otlp.Configure(options, OtlpSignals.TraceSignal));
        else
            traces.SetSampler(new ParentBasedSampler(new AlwaysOffSampler()));
    }
}
