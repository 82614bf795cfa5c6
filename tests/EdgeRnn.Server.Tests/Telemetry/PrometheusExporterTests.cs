using System.Diagnostics.Metrics;
using System.Text;
using EdgeRnn.Server.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace EdgeRnn.Server.Tests.Telemetry;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly Meter _meter = new($"test-{Guid.NewGuid()}");
    private readonly Meter _other = new($"test-{Guid.NewGuid()}");
    private readonly FakeTimeProvider _time = new();
    private readonly PrometheusExporter _exporter;
    private readonly MeterProvider _provider;

    public PrometheusExporterTests()
    {
        _exporter = new PrometheusExporter(_time) { MaxAge = TimeSpan.Zero };
        _provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter(_meter.Name, _other.Name).AddReader(new BaseExportingMetricReader(_exporter)).Build();
    }

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Labels_WithSpecialCharacters_AreEscaped()
    {
        _meter.CreateCounter<long>("odd.things").Add(3, new KeyValuePair<string, object?>("a.b-c", "quote \" back \\ line\nend é"));
        Assert.Contains("odd_things_total{a_b_c=\"quote \\\" back \\\\ line\\nend é\"} 3\n", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_WhoseNamesBecomeTheSame_AreOneWithAllValues()
    {
        _meter.CreateCounter<long>("things").Add(1,
            new KeyValuePair<string, object?>("service_name", "x"), new KeyValuePair<string, object?>("other", 1), new KeyValuePair<string, object?>("service.name", "y"));
        Assert.Contains("things_total{other=\"1\",service_name=\"y;x\"} 1\n", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScrapeAsync_WithinASecond_GivesTheSameTextToAll()
    {
        _exporter.MaxAge = TimeSpan.FromSeconds(1);
        Counter<long> counter = _meter.CreateCounter<long>("things");
        counter.Add(1);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => _exporter.ScrapeAsync(openMetrics: false).AsTask())));
        counter.Add(1);
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Contains("things_total 1\n", Scrape(), StringComparison.Ordinal);
        Assert.Equal(1, _exporter.Collections);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Contains("things_total 2\n", Scrape(), StringComparison.Ordinal);
        Assert.Equal(2, _exporter.Collections);
    }

    [Theory]
    [InlineData(false, "# HELP kettle_gauge Says \"hi\"\\nand \\\\\n")]
    [InlineData(true, "# HELP kettle_gauge Says \\\"hi\\\"\\nand \\\\\n")]
    public void Help_WithSpecialCharacters_IsEscaped(bool openMetrics, string expected)
    {
        _meter.CreateGauge<double>("kettle.gauge", description: "Says \"hi\"\nand \\").Record(1);
        Assert.Contains(expected, Scrape(openMetrics), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(1e-7, "1E-07")]
    [InlineData(0.1, "0.1")]
    [InlineData(-12345678901.5, "-12345678901.5")]
    public void Values_OfEveryKind_AreWrittenInPrometheusFormat(double value, string expected)
    {
        _meter.CreateGauge<double>("value").Record(value);
        Assert.Contains($"\nvalue {expected}\n", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_Buckets_AreCumulativeAndEndWithInfinity()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] };
        Histogram<double> histogram = _meter.CreateHistogram("wait", "s", advice: advice);
        foreach (double value in (double[])[0.5, 0.75, 3])
            histogram.Record(value);
        Assert.Contains("""
            # HELP wait_seconds wait
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.5"} 1
            wait_seconds_bucket{le="1"} 2
            wait_seconds_bucket{le="+Inf"} 3
            wait_seconds_sum 4.25
            wait_seconds_count 3

            """.ReplaceLineEndings("\n"), Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counter_InOpenMetrics_IsNamedWithoutItsSuffixInTheHeader()
    {
        _meter.CreateCounter<long>("frames", "{frame}", "Frames").Add(1);
        Assert.Contains("# HELP frames_total Frames\n# TYPE frames_total counter\nframes_total 1\n", Scrape(), StringComparison.Ordinal);
        Assert.Contains("# HELP frames Frames\n# TYPE frames counter\nframes_total 1\n", Scrape(openMetrics: true), StringComparison.Ordinal);
    }

    [Fact]
    public void SameName_FromTwoMeters_IsWrittenOnce()
    {
        _meter.CreateCounter<long>("same.name").Add(1);
        _other.CreateCounter<long>("same_name").Add(2);
        Assert.Single(Scrape().Split('\n'), line => line.StartsWith("same_name_total ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a.duration", "s", FamilyType.Histogram, "a_duration_seconds")]
    [InlineData("a.duration.seconds", "s", FamilyType.Histogram, "a_duration_seconds")]
    [InlineData("read", "By", FamilyType.Counter, "read_bytes")]
    [InlineData("read.total", "By", FamilyType.Counter, "read_bytes")]
    [InlineData("energy", "J", FamilyType.Counter, "energy_joules")]
    [InlineData("power", "W", FamilyType.Gauge, "power_watts")]
    [InlineData("load", "1", FamilyType.Gauge, "load_ratio")]
    [InlineData("tries", "1", FamilyType.Counter, "tries")]
    [InlineData("sessions", "{session}", FamilyType.Gauge, "sessions")]
    [InlineData("temperature", "Cel", FamilyType.Gauge, "temperature_Cel")]
    [InlineData("file.count", "{file}", FamilyType.Gauge, "file")]
    [InlineData("9lives", null, FamilyType.Gauge, "_9lives")]
    internal void NameOf_InstrumentAndUnit_IsWhatPrometheusExpects(string instrument, string? unit, FamilyType type, string expected) =>
        Assert.Equal(expected, MetricFamily.NameOf(instrument, unit, type));

    private string Scrape(bool openMetrics = false)
    {
        Task<ReadOnlyMemory<byte>> page = _exporter.ScrapeAsync(openMetrics).AsTask();
        Assert.True(page.IsCompletedSuccessfully);
        return Encoding.UTF8.GetString(page.Result.Span);
    }
}
