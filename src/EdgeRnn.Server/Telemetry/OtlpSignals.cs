namespace EdgeRnn.Server.Telemetry;

/// <summary>
/// The signals that OpenTelemetry's standard variables ask to export by OTLP: those for which <c>OTEL_…_EXPORTER</c> says so; if it is
/// not set, those that have an endpoint, their own or the common one. The exporter itself reads endpoints, protocol and intervals.
/// </summary>
internal sealed class OtlpSignals(IConfiguration configuration)
{
    private const string Otlp = "otlp";

    public bool Metrics => IsExported("METRICS");

    public bool Traces => IsExported("TRACES");

    public bool Logs => IsExported("LOGS");

    private bool IsExported(string signal) => configuration[$"OTEL_{signal}_EXPORTER"] is { Length: > 0 } exporters
        ? exporters.Split(',', StringSplitOptions.TrimEntries).Contains(Otlp)
        : IsSet("OTEL_EXPORTER_OTLP_ENDPOINT") || IsSet($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");

    private bool IsSet(string variable) => !string.IsNullOrEmpty(configuration[variable]);
}
