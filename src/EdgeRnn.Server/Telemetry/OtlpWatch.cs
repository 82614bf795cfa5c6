using System.Diagnostics.Tracing;
using System.Globalization;
using EdgeRnn.Runtime;

namespace EdgeRnn.Server.Telemetry;

/// <summary>
/// Logs what OpenTelemetry's exporter tells only by events: settings that cannot be honored, and exports that fail. A collector that is away
/// for a day is one line per hour.
/// </summary>
internal sealed class OtlpWatch(OtlpSignals signals, IConfiguration configuration, TimeProvider time, ILogger<OtlpWatch> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private ExporterEvents? _events;
    private long? _loggedAt;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string problem in signals.Problems())
            ServerLog.OtlpSetting(logger, problem);
        if (signals.Metrics || signals.Traces || signals.Logs)
            _events = new ExporterEvents(Report);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _events?.Dispose();

    private void Report(string failure)
    {
        lock (_gate)
        {
            if (_loggedAt is { } last && time.GetElapsedTime(last) < Interval)
                return;
            _loggedAt = time.GetTimestamp();
        }

        ServerLog.OtlpFails(logger, ForeignText.Show(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "its collector"), ForeignText.Show(failure, 500));
    }

    /// <summary>The exporter's warnings and errors.</summary>
    private sealed class ExporterEvents(Action<string> report) : EventListener
    {
        private const string Source = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == Source)
                EnableEvents(eventSource, EventLevel.Warning);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            object?[] payload = [.. eventData.Payload ?? []];
            report(eventData.Message is { } message
                ? string.Format(CultureInfo.InvariantCulture, message, payload)
                : string.Join(' ', payload));
        }
    }
}
