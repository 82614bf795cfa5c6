using OpenTelemetry.Metrics;

namespace EdgeRnn.Server.Telemetry;

/// <summary>Prometheus's type of a family of samples.</summary>
internal enum FamilyType
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>An instrument as a Prometheus metric family.</summary>
/// <param name="Name">With the unit, without the suffixes of samples: _total, _bucket, _sum, _count.</param>
/// <param name="Help">The instrument's description; its name if it has none.</param>
internal sealed record MetricFamily(string Name, FamilyType Type, string Help)
{
    private const string CounterSuffix = "_total";
    private const string CountSuffix = "_count";

    /// <summary>The name of a sample, except in a histogram.</summary>
    public string SampleName { get; } = Type == FamilyType.Counter ? Name + CounterSuffix : Name;

    public static MetricFamily Of(Metric metric)
    {
        FamilyType type = TypeOf(metric.MetricType);
        string help = string.IsNullOrEmpty(metric.Description) ? metric.Name : metric.Description;
        return new MetricFamily(NameOf(metric.Name, metric.Unit, type), type, help);
    }

    /// <summary>The name as Prometheus allows it: letters, digits and underscores, not beginning with a digit.</summary>
    public static string Clean(string name)
    {
        string clean = string.Create(name.Length, name, static (to, from) =>
        {
            for (int i = 0; i < to.Length; i++)
                to[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        });
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? '_' + clean : clean;
    }

    internal static string NameOf(string instrument, string? unit, FamilyType type)
    {
        string name = Clean(instrument);
        if (type == FamilyType.Counter && name.EndsWith(CounterSuffix, StringComparison.Ordinal))
            name = name[..^CounterSuffix.Length];
        // The suffix _count belongs to histograms: a gauge with it would be taken for a part of one.
        if (type == FamilyType.Gauge && name.EndsWith(CountSuffix, StringComparison.Ordinal))
            name = name[..^CountSuffix.Length];
        string suffix = SuffixOf(unit, type);
        return suffix.Length == 0 || name.EndsWith(suffix, StringComparison.Ordinal) ? name : name + suffix;
    }

    private static string SuffixOf(string? unit, FamilyType type) => unit switch
    {
        null or "" => "",
        "s" => "_seconds",
        "By" => "_bytes",
        "J" => "_joules",
        "W" => "_watts",
        "1" => type == FamilyType.Gauge ? "_ratio" : "",
        ['{', ..] => "",
        _ => '_' + Clean(unit),
    };

    private static FamilyType TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => FamilyType.Counter,
        MetricType.Histogram => FamilyType.Histogram,
        _ => FamilyType.Gauge,
    };
}
