using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>The results as JSON; times are microseconds per frame.</summary>
internal static class LayerJson
{
    public static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // an error may be NaN
    };

    public static string Serialize(IEnumerable<LayersResult> results) => JsonSerializer.Serialize(Rows(results), Format);

    public static IEnumerable<Row> Rows(IEnumerable<LayersResult> results) =>
        results.SelectMany(result => result.Measurements.Select(measured => ToRow(result, measured)));

    public static double Rounded(double value) => Math.Round(value, 4);

    private static Row ToRow(LayersResult result, Measurement measured) => new(
        measured.Kind.Cell, measured.Kind.PrecisionName, result.Hidden, result.Hidden, measured.Steps, measured.Segments,
        $"{result.Mode}".ToLowerInvariant(), measured.Kind.Threads, measured.Variant,
        Rounded(measured.PerFrame.Median * 1e6), Rounded(measured.PerFrame.Min * 1e6), Rounded(measured.Roofline.Median * 1e6),
        Rounded(measured.Limits.Bandwidth), Rounded(measured.Limits.Peak), measured.IsRight, measured.MaxError, Machine.Cpu);

    /// <summary>One timed variant.</summary>
    internal sealed record Row(
        string Cell, string Precision, int Hidden, int Inputs, int Steps, int Segments, string Mode, int Threads, string Variant,
        double MedianUs, double MinUs, double RooflineUs, double BandwidthGbs, double PeakGflops, bool Check, double MaxError, string Cpu);
}
