using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace EdgeRnn.Server.Telemetry;

/// <summary>Writes the lines of one scrape; reuses its buffers for the next.</summary>
internal sealed class PrometheusWriter
{
    private const double MillisecondsPerSecond = 1000;

    private readonly MetricText _text = new();
    private readonly MetricText _labels = new();
    private readonly Dictionary<string, string> _labelNames = [];
    private readonly HashSet<string> _names = [];
    private bool _openMetrics;

    public ReadOnlySpan<byte> Written => _text.Written;

    public void Begin(bool openMetrics)
    {
        _openMetrics = openMetrics;
        _text.Clear();
    }

    public void End()
    {
        if (_openMetrics)
            _text.Append("# EOF\n"u8);
    }

    /// <summary>The metric target_info, which tells the resource: other metrics can be joined with it.</summary>
    public void Target(Resource resource)
    {
        Header("HELP", _openMetrics ? "target" : "target_info", "What is measured");
        Header("TYPE", _openMetrics ? "target" : "target_info", _openMetrics ? "info" : "gauge");
        Labels(resource.Attributes.Select(attribute => new KeyValuePair<string, object?>(attribute.Key, attribute.Value)));
        Sample("target_info", "", 1L);
    }

    public void Family(MetricFamily family)
    {
        string name = _openMetrics ? family.Name : family.SampleName;
        Header("HELP", name, family.Help);
        Header("TYPE", name, family.Type switch { FamilyType.Counter => "counter", FamilyType.Histogram => "histogram", _ => "gauge" });
    }

    /// <summary>Sets the labels of the samples that follow.</summary>
    public void Labels(ReadOnlyTagCollection tags)
    {
        _labels.Clear();
        _names.Clear();
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (!_names.Add(NameOf(tag.Key)))
            {
                Labels(ToList(tags));
                return;
            }

            Label(tag.Key, tag.Value);
        }
    }

    /// <summary>
    /// Names that differ only in characters that Prometheus does not allow become one label with all values, separated by ; in the order of
    /// the original names. Source: "Prometheus and OpenMetrics Compatibility" of the OpenTelemetry specification.
    /// </summary>
    private void Labels(IEnumerable<KeyValuePair<string, object?>> tags)
    {
        _labels.Clear();
        foreach (IGrouping<string, KeyValuePair<string, object?>> label in tags.GroupBy(tag => NameOf(tag.Key)))
            Label(label.Key, string.Join(';', label.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => TextOf(tag.Value))));
    }

    private static List<KeyValuePair<string, object?>> ToList(ReadOnlyTagCollection tags)
    {
        List<KeyValuePair<string, object?>> list = [];
        foreach (KeyValuePair<string, object?> tag in tags)
            list.Add(tag);
        return list;
    }

    public void Gauge(MetricFamily family, long value) => Sample(family.SampleName, "", value);

    public void Gauge(MetricFamily family, double value) => Sample(family.SampleName, "", value);

    public void Counter(MetricFamily family, long value, in MetricPoint point)
    {
        Begin(family.SampleName, "");
        _text.Append(value);
        Exemplar(point, double.NegativeInfinity, double.PositiveInfinity, isLong: true);
        _text.Append('\n');
    }

    public void Counter(MetricFamily family, double value, in MetricPoint point)
    {
        Begin(family.SampleName, "");
        _text.Append(value);
        Exemplar(point, double.NegativeInfinity, double.PositiveInfinity, isLong: false);
        _text.Append('\n');
    }

    public void Histogram(MetricFamily family, in MetricPoint point)
    {
        long total = 0;
        double low = double.NegativeInfinity;
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            total += bucket.BucketCount;
            Begin(family.Name, "_bucket", bucket.ExplicitBound);
            _text.Append(total);
            Exemplar(point, low, bucket.ExplicitBound, isLong: false);
            _text.Append('\n');
            low = bucket.ExplicitBound;
        }

        Sample(family.Name, "_sum", point.GetHistogramSum());
        Sample(family.Name, "_count", point.GetHistogramCount());
    }

    private void Header(string keyword, string name, string text)
    {
        _text.Append("# ");
        _text.Append(keyword);
        _text.Append(' ');
        _text.Append(name);
        _text.Append(' ');
        _text.AppendEscaped(text, quotes: _openMetrics);
        _text.Append('\n');
    }

    private void Label(string key, object? value)
    {
        if (!_labels.Written.IsEmpty)
            _labels.Append(',');
        _labels.Append(NameOf(key));
        _labels.Append("=\""u8);
        _labels.AppendEscaped(TextOf(value), quotes: true);
        _labels.Append('"');
    }

    private string NameOf(string key)
    {
        if (!_labelNames.TryGetValue(key, out string? name))
            _labelNames.Add(key, name = MetricFamily.Clean(key));
        return name;
    }

    private static string? TextOf(object? value) => value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture);

    private void Sample(string name, string suffix, long value)
    {
        Begin(name, suffix);
        _text.Append(value);
        _text.Append('\n');
    }

    private void Sample(string name, string suffix, double value)
    {
        Begin(name, suffix);
        _text.Append(value);
        _text.Append('\n');
    }

    /// <summary>Writes a line up to its value.</summary>
    /// <param name="bound">Upper bound of a histogram's bucket.</param>
    private void Begin(string name, string suffix, double? bound = null)
    {
        _text.Append(name);
        _text.Append(suffix);
        if (bound is not null || !_labels.Written.IsEmpty)
        {
            _text.Append('{');
            _text.Append(_labels.Written);
            if (bound is { } le)
            {
                _text.Append(_labels.Written.IsEmpty ? "le=\""u8 : ",le=\""u8);
                _text.Append(le);
                _text.Append('"');
            }

            _text.Append('}');
        }

        _text.Append(' ');
    }

    /// <summary>Writes the exemplar of a traced measurement in the interval (above, upTo], if there is one.</summary>
    /// <param name="isLong">Whether the instrument's values are integers.</param>
    private void Exemplar(in MetricPoint point, double above, double upTo, bool isLong)
    {
        if (!_openMetrics || !point.TryGetExemplars(out ReadOnlyExemplarCollection exemplars))
            return;
        foreach (ref readonly Exemplar exemplar in exemplars)
        {
            double value = isLong ? exemplar.LongValue : exemplar.DoubleValue;
            if (exemplar.TraceId == default || value <= above || value > upTo)
                continue;
            _text.Append(" # {trace_id=\""u8);
            Append(exemplar.TraceId, exemplar.SpanId);
            _text.Append("\"} "u8);
            _text.Append(value);
            _text.Append(' ');
            _text.Append(exemplar.Timestamp.ToUnixTimeMilliseconds() / MillisecondsPerSecond);
            return;
        }
    }

    private void Append(ActivityTraceId trace, ActivitySpanId span)
    {
        _text.Append(trace.ToHexString());
        _text.Append("\",span_id=\""u8);
        _text.Append(span.ToHexString());
    }
}
