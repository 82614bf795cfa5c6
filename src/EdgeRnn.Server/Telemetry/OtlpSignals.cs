namespace EdgeRnn.Server.Telemetry;

/// <summary>
/// Which signals OpenTelemetry's standard variables want exported by OTLP: those that <c>OTEL_…_EXPORTER</c> says, and otherwise all
/// that have an endpoint, of their own or in common. Where, how and how often, the exporter reads from the variables itself.
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
