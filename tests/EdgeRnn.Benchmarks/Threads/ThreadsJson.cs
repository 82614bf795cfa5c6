using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Reports;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>The results as JSON; times are microseconds per pass.</summary>
internal static class ThreadsJson
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Serialize(IEnumerable<HotResult> hot, IEnumerable<BusyResult> busy, ThreadsOptions options) =>
        JsonSerializer.Serialize<Row[]>(
        [
            .. hot.SelectMany(result => (Row[])[Hot(result, 1, result.One), Hot(result, options.Workers, result.Several)]),
            .. busy.SelectMany(result => (Row[])
            [
                Busy(result, options.Neighbors, "shared", 1, result.One),
                Busy(result, options.Neighbors, "shared", options.Workers, result.Several),
                Busy(result, options.Neighbors, "static split", 2, result.Split),
            ]),
        ], Format);

    private static Row Hot(HotResult result, int threads, Timing passes) => new(
        result.Hidden, result.Steps, 0, "shared", threads, Micro(passes.Median), Micro(passes.Min), null, null, Math.Round(result.Peak, 3),
        Math.Round(result.Read, 3), result.IsRight, Machine.Cpu);

    private static Row Busy(BusyResult result, int neighbors, string variant, int threads, Latencies passes) => new(
        result.Hidden, result.Steps, neighbors, variant, threads, Micro(passes.Median), null, Micro(passes.P99), Micro(passes.Max),
        null, null, result.IsRight, Machine.Cpu);

    private static double Micro(double seconds) => Math.Round(seconds * 1e6, 2);

    private sealed record Row(
        int Hidden, int Steps, [property: JsonPropertyName("neighbours")] int Neighbors, string Variant, int Threads, double MedianUs,
        double? MinUs, double? P99Us, double? MaxUs, double? PeakSpeedUp, double? ReadSpeedUp, bool Check, string Cpu);
}
