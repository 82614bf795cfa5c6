using System.Globalization;
using EdgeRnn.Runtime;
using OpenTelemetry.Exporter;

namespace EdgeRnn.Server.Telemetry;

/// <summary>
/// The signals that OpenTelemetry's standard variables ask to export by OTLP: those for which <c>OTEL_…_EXPORTER</c> says so; if it is
/// not set, those that have an endpoint, their own or the common one. The exporter itself reads endpoints, protocol and intervals; what it
/// would ignore is told in <see cref="Problems"/>.
/// </summary>
internal sealed class OtlpSignals(IConfiguration configuration)
{
    private const string Otlp = "otlp";
    public const string MetricSignal = "METRICS";
    public const string TraceSignal = "TRACES";
    public const string LogSignal = "LOGS";
    private static readonly string[] Signals = [MetricSignal, TraceSignal, LogSignal];
    private static readonly string[] Protocols = ["grpc", "http/protobuf"];
    private static readonly string[] Unread = ["COMPRESSION", "CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"];
    private static readonly string[] Exporters = [Otlp, "prometheus", "console", "none"];

    public bool Metrics => IsExported(MetricSignal);

    public bool Traces => IsExported(TraceSignal);

    public bool Logs => IsExported(LogSignal);

    /// <summary>One sentence per setting that cannot be honored.</summary>
    public IEnumerable<string> Problems() =>
    [
        .. Signals.Select(signal => Variable(signal, "ENDPOINT")).Prepend("OTEL_EXPORTER_OTLP_ENDPOINT").Select(EndpointProblem).OfType<string>(),
        .. Signals.Select(signal => Variable(signal, "PROTOCOL")).Prepend("OTEL_EXPORTER_OTLP_PROTOCOL").Select(ProtocolProblem).OfType<string>(),
        .. Signals.SelectMany(ExporterProblems),
        .. from signal in Signals
           from setting in Unread
           where IsSet(Variable(signal, setting))
           select $"{Variable(signal, setting)} is not read: the variable of all signals is",
    ];

    /// <summary>Sets what the variables of one signal say. The exporter itself reads only the common ones.</summary>
    public void Configure(OtlpExporterOptions options, string signal)
    {
        if (Uri.TryCreate(configuration[Variable(signal, "ENDPOINT")], UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https")
            options.Endpoint = endpoint;
        if (configuration[Variable(signal, "PROTOCOL")] is { } protocol && Protocols.Contains(protocol))
            options.Protocol = protocol == Protocols[0] ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (configuration[Variable(signal, "HEADERS")] is { Length: > 0 } headers)
            options.Headers = headers;
        if (int.TryParse(configuration[Variable(signal, "TIMEOUT")], NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
            options.TimeoutMilliseconds = milliseconds;
    }

    private static string Variable(string signal, string setting) => $"OTEL_EXPORTER_OTLP_{signal}_{setting}";

    private bool IsExported(string signal) => configuration[$"OTEL_{signal}_EXPORTER"] is { Length: > 0 } exporters
        ? exporters.Split(',', StringSplitOptions.TrimEntries).Contains(Otlp)
        : IsSet("OTEL_EXPORTER_OTLP_ENDPOINT") || IsSet(Variable(signal, "ENDPOINT"));

    private bool IsSet(string variable) => !string.IsNullOrEmpty(configuration[variable]);

    private string? EndpointProblem(string variable)
    {
        if (!IsSet(variable) || (Uri.TryCreate(configuration[variable], UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https"))
            return null;
        return $"{variable}: expected a URL such as http://collector:4317, found '{ForeignText.Show(configuration[variable]!)}': nothing arrives there";
    }

    private string? ProtocolProblem(string variable) => !IsSet(variable) || Protocols.Contains(configuration[variable])
        ? null
        : $"{variable}: expected {string.Join(" or ", Protocols)}, found '{ForeignText.Show(configuration[variable]!)}': grpc is used";

    private IEnumerable<string> ExporterProblems(string signal) =>
        (configuration[$"OTEL_{signal}_EXPORTER"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(exporter => !Exporters.Contains(exporter))
            .Select(exporter => $"OTEL_{signal}_EXPORTER: expected {string.Join(", ", Exporters)}, found '{ForeignText.Show(exporter)}': it is not used");
}
