using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>The results for programs. Times are microseconds per frame.</summary>
internal static class LayerJson
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals, // the error of a NaN
    };

    public static string Serialise(IEnumerable<LayerResult> layers, LayersOptions options)
        => JsonSerializer.Serialize(layers.SelectMany(layer => layer.Measurements.Select(measured => ToRow(layer, measured))), Format);

    private static Row ToRow(LayerResult layer, Measurement measured) => new(
        LayersOptions.Cell, LayersOptions.Precision, layer.Hidden, layer.Hidden, measured.Steps, measured.Segments,
        $"{layer.Mode}".ToLowerInvariant(), LayersOptions.Threads, measured.Variant,
        Rounded(measured.PerFrame.Median * 1e6), Rounded(measured.PerFrame.Min * 1e6), Rounded(measured.Roofline.Median * 1e6),
        Rounded(layer.Limits.Bandwidth), Rounded(layer.Limits.Peak), measured.IsRight, measured.MaxError, Machine.Cpu);

    private static double Rounded(double value) => Math.Round(value, 4);

    private sealed record Row(
        string Cell, string Precision, int Hidden, int Inputs, int Steps, int Segments, string Mode, int Threads, string Variant,
        double MedianUs, double MinUs, double RooflineUs, double BandwidthGbs, double PeakGflops, bool Check, double MaxError, string Cpu);
}
