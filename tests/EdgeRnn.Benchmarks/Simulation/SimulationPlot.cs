using EdgeRnn.Benchmarks.Reports;
using EdgeRnn.Testing.Simulation;

namespace EdgeRnn.Benchmarks.Simulation;

/// <summary>A plot per device and model: passes per frame and latency against the number of streams with regular arrivals.</summary>
internal static class SimulationPlot
{
    private const string XTitle = "streams";
    private const string PassesColor = "#9467bd", MedianColor = "#1f77b4", MaxColor = "#d62728", BudgetColor = "#555";

    private static readonly PlotLegend[] Legend =
        [new("◆ budget", BudgetColor), new("■ most", MaxColor), new("● median", MedianColor)];

    public static string Draw(IEnumerable<SimulationRow> rows) => PanelPlot.Draw([.. rows
        .Where(row => row.Case.Pattern == ArrivalPattern.Regular)
        .OrderBy(row => row.Case.Streams)
        .GroupBy(row => (row.Device, row.Model))
        .Select(group => Row($"{group.Key.Device}; {group.Key.Model}", [.. group]))]);

    private static PlotRow Row(string title, SimulationRow[] rows)
    {
        PlotLine passes = Line(PassesColor, rows, row => row.Report.PassesPerFrame);
        PlotLine median = Line(MedianColor, rows, row => row.Report.LatencyMs.Median);
        PlotLine max = Line(MaxColor, rows, row => row.Report.LatencyMs.Max) with { Marker = PlotMarker.Square };
        PlotLine budget = Line(BudgetColor, rows, row => row.Case.Budget!.Value.TotalMilliseconds) with
        {
            Marker = PlotMarker.Diamond,
            IsDashed = true,
        };
        return new(
            new($"{title}: passes per frame", XTitle, [passes], []),
            new($"{title}: latency, ms", XTitle, [budget, max, median], []),
            Legend);
    }

    private static PlotLine Line(string color, SimulationRow[] rows, Func<SimulationRow, double> value) =>
        new(color, [.. rows.Select(row => ((double)row.Case.Streams, value(row)))]);
}
