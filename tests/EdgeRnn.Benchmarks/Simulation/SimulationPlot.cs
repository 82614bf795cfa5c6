using EdgeRnn.Benchmarks.Reports;
using EdgeRnn.Testing.Simulation;

namespace EdgeRnn.Benchmarks.Simulation;

/// <summary>A plot: per device and model, weight passes per frame and latency against the number of streams with regular arrivals.</summary>
internal static class SimulationPlot
{
    private const string XTitle = "streams";
    private const string PassesColour = "#9467bd", MedianColour = "#1f77b4", MostColour = "#d62728", BudgetColour = "#555";

    private static readonly PlotLegend[] Legend =
        [new("◆ budget", BudgetColour), new("■ most", MostColour), new("● median", MedianColour)];

    public static string Draw(IEnumerable<SimulationRow> rows) => PanelPlot.Draw([.. rows
        .Where(row => row.Case.Pattern == ArrivalPattern.Regular)
        .OrderBy(row => row.Case.Streams)
        .GroupBy(row => (row.Device, row.Model))
        .Select(group => Row($"{group.Key.Device}; {group.Key.Model}", [.. group]))]);

    private static PlotRow Row(string title, SimulationRow[] rows)
    {
        PlotLine passes = Line(PassesColour, rows, row => row.Report.PassesPerFrame);
        PlotLine median = Line(MedianColour, rows, row => row.Report.LatencyMs.Median);
        PlotLine most = Line(MostColour, rows, row => row.Report.LatencyMs.Most) with { Marker = PlotMarker.Square };
        PlotLine budget = Line(BudgetColour, rows, row => row.Case.Budget!.Value.TotalMilliseconds) with
        {
            Marker = PlotMarker.Diamond,
            IsDashed = true,
        };
        return new(
            new($"{title}: passes per frame", XTitle, [passes], []),
            new($"{title}: latency, ms", XTitle, [budget, most, median], []),
            Legend);
    }

    private static PlotLine Line(string colour, SimulationRow[] rows, Func<SimulationRow, double> value)
        => new(colour, [.. rows.Select(row => ((double)row.Case.Streams, value(row)))]);
}
