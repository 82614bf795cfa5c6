using EdgeRnn.Server.Limits;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace EdgeRnn.Server.Telemetry;

/// <summary>
/// Writes all metrics of a scrape as Prometheus text 0.0.4 or OpenMetrics 1.0. Scrapes run one at a time, and one within
/// <see cref="MaxAge"/> of another gets the same text: many scrapers cost no more than one.
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter(TimeProvider time) : BaseExporter<Metric>, IPullMetricExporter
{
    private const int CollectTimeoutMilliseconds = 5_000;
    private const double ScrapesPerSecond = 20;
    private const double ScrapeBurst = 40;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Page[] _pages = [new(), new()];
    private readonly PrometheusWriter _writer = new();
    private readonly Dictionary<Metric, MetricFamily> _families = [];
    private readonly HashSet<string> _written = [];

    /// <summary>Set by the reader of this exporter.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>How old a text may be.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Paces the answers to all scrapers: a text is large, even if it is collected once.</summary>
    public TokenBucket Pace { get; set; } = new(ScrapesPerSecond, ScrapeBurst, time);

    /// <summary>Collections of metrics so far.</summary>
    public long Collections { get; private set; }

    /// <exception cref="InvalidOperationException">The metrics could not be collected.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ScrapeAsync(bool openMetrics, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Page page = _pages[openMetrics ? 1 : 0];
            if (page.Text is null || time.GetElapsedTime(page.CollectedAt) >= MaxAge)
            {
                page.Text = Write(openMetrics);
                page.CollectedAt = time.GetTimestamp();
            }

            return page.Text;
        }
        finally
        {
            _gate.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _gate.Dispose();
        base.Dispose(disposing);
    }

    private byte[] Write(bool openMetrics)
    {
        Collections++;
        _written.Clear();
        _writer.Begin(openMetrics);
        if (Collect?.Invoke(CollectTimeoutMilliseconds) != true)
            throw new InvalidOperationException("The metrics could not be collected.");
        _writer.Target(ParentProvider.GetResource());
        _writer.End();
        return _writer.Written.ToArray();
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (Metric metric in batch)
            Write(metric);
        return ExportResult.Success;
    }

    private void Write(Metric metric)
    {
        if (!_families.TryGetValue(metric, out MetricFamily? family))
            _families.Add(metric, family = MetricFamily.Of(metric));
        // A name that two meters share would make the whole page invalid.
        if (!_written.Add(family.Name))
            return;
        _writer.Family(family);
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            _writer.Labels(point.Tags);
            switch (metric.MetricType)
            {
                case MetricType.LongSum:
                    _writer.Counter(family, point.GetSumLong(), point);
                    break;
                case MetricType.DoubleSum:
                    _writer.Counter(family, point.GetSumDouble(), point);
                    break;
                case MetricType.LongSumNonMonotonic:
                    _writer.Gauge(family, point.GetSumLong());
                    break;
                case MetricType.DoubleSumNonMonotonic:
                    _writer.Gauge(family, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    _writer.Gauge(family, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    _writer.Gauge(family, point.GetGaugeLastValueDouble());
                    break;
                case MetricType.Histogram:
                    _writer.Histogram(family, point);
                    break;
                default:
                    throw new NotSupportedException($"{metric.Name}: no text form for {metric.MetricType}.");
            }
        }
    }

    /// <summary>The text of one format.</summary>
    private sealed class Page
    {
        public byte[]? Text { get; set; }

        public long CollectedAt { get; set; }
    }
}
