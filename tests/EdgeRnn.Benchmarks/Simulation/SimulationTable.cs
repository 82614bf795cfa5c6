using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeRnn.Benchmarks.Reports;
using EdgeRnn.Testing.Simulation;

namespace EdgeRnn.Benchmarks.Simulation;

/// <summary>A simulated case and its outcome.</summary>
internal sealed record SimulationRow(string Device, string Model, SimulationCase Case, SimulationReport Report);

/// <summary>The results as a table and as JSON.</summary>
internal static class SimulationTable
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(TextWriter output, IReadOnlyList<SimulationRow> rows)
    {
        foreach (IGrouping<(string Device, string Model), SimulationRow> group in rows.GroupBy(row => (row.Device, row.Model)))
        {
            output.WriteLine($"{group.Key.Device}; {group.Key.Model}");
            string[] header =
            [
                "arrivals", "streams", "frames/s", "budget ms", "misses", "dropped", "passes/frame", "frames/block", "median ms", "most ms",
                "queue", "longest", "busy",
            ];
            TextTable.Write(output, [header, .. group.Select(Cells)]);
            output.WriteLine();
        }
    }

    public static string Serialize(IEnumerable<SimulationRow> rows) => JsonSerializer.Serialize(
        rows.Select(row => new
        {
            row.Device,
            row.Model,
            Arrivals = Name(row.Case.Pattern),
            row.Case.Streams,
            RateHz = row.Case.Rate,
            BudgetMs = row.Case.Budget!.Value.TotalMilliseconds,
            row.Case.Duration,
            row.Case.Workers,
            row.Report.Frames,
            row.Report.Blocks,
            row.Report.Passes,
            row.Report.Misses,
            row.Report.Dropped,
            row.Report.MeanQueue,
            LongestQueue = row.Report.MaxQueue,
            row.Report.Busy,
            MedianMs = row.Report.LatencyMs.Median,
            MostMs = row.Report.LatencyMs.Max,
        }),
        Format);

    private static string[] Cells(SimulationRow row) =>
    [
        Name(row.Case.Pattern), $"{row.Case.Streams}", Text(row.Case.Rate, "0"), Text(row.Case.Budget!.Value.TotalMilliseconds, "0"),
        $"{row.Report.Misses}", $"{row.Report.Dropped}", Text(row.Report.PassesPerFrame, "0.0000"), Text(row.Report.FramesPerBlock, "0.0"),
        Text(row.Report.LatencyMs.Median, "0.0"), Text(row.Report.LatencyMs.Max, "0.0"),
        Text(row.Report.MeanQueue, "0.0"), $"{row.Report.MaxQueue}", Text(row.Report.Busy, "0.00"),
    ];

    private static string Name(ArrivalPattern pattern) => $"{pattern}".ToLowerInvariant();

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
