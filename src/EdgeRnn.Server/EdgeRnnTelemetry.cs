using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Server.Telemetry;

namespace EdgeRnn.Server;

/// <summary>Names under which an app's own OpenTelemetry set-up finds the telemetry of EdgeRnn.</summary>
public static class EdgeRnnTelemetry
{
    /// <summary>The meter of all metrics named <c>edgernn.*</c>; for <c>AddMeter</c>.</summary>
    public const string MeterName = RuntimeMetrics.MeterName;

    /// <summary>The source of one span per stream; for <c>AddSource</c>.</summary>
    public const string ActivitySourceName = StreamTrace.SourceName;
}
