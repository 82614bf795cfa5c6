using System.Text.Json;
using EdgeRnn.Benchmarks.Reports;

namespace EdgeRnn.Benchmarks.Serving;

/// <summary>Figures as text and as JSON.</summary>
internal static class ServingReport
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static void Print(IReadOnlyList<Figure> figures, TextWriter output)
    {
        output.WriteLine();
        TextTable.Write(output,
        [
            ["series", "median", "least", "most"],
            .. figures.SelectMany(figure => figure.Samples.Select(series => (string[])
            [
                $"{figure.Name}: {series.Key}", Number(figure.Median(series.Key)), Number(series.Value.Min()), Number(series.Value.Max()),
            ])),
        ]);
        output.WriteLine();
        TextTable.Write(output,
        [
            ["goal", "wanted", "measured", ""],
            .. figures.SelectMany(figure => figure.Goals.Select(goal => (string[])
                [goal.Name, goal.Wanted, Number(goal.Measured), goal.IsMet ? "met" : "falls short"])),
        ]);
    }

    public static string Serialize(IReadOnlyList<Figure> figures, ServingOptions options) => JsonSerializer.Serialize(new
    {
        options.Model,
        options.Rounds,
        options.Seconds,
        Processors = Environment.ProcessorCount,
        Figures = figures.Select(figure => new { figure.Name, figure.Samples, figure.Goals }),
    }, Format);

    private static string Number(double value) => FormattableString.Invariant($"{value:0.######}");
}
