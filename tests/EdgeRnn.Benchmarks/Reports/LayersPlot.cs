using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Goals;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>A plot: per layer, time per frame and speed-up over K=1 against the block size.</summary>
internal static class LayersPlot
{
    private const string Roofline = "roofline", XTitle = "K, steps per block";

    private static readonly (string Variant, string Color)[] Colors =
        [(EdgeRnnContender.Name, "#d62728"), ("openblas", "#1f77b4"), ("onednn", "#2ca02c"), ("torch", "#9467bd"), (Roofline, "#7f7f7f")];

    private static readonly PlotLegend[] Legend = [.. Colors.Select(pair => new PlotLegend(pair.Variant, pair.Color)), new("★ paper, ARM")];

    public static string Draw(IEnumerable<LayersResult> results) => PanelPlot.Draw([.. results.SelectMany(
        result => result.Measurements.Select(measured => measured.Kind).Distinct().Select(kind => Row(result, kind)))]);

    private static PlotRow Row(LayersResult result, LayerKind kind)
    {
        string title = $"{kind} d={result.Hidden}, {result.Mode.ToString().ToLowerInvariant()} weights";
        List<PlotLine> times = Times(result, kind);
        return new(
            new($"{title}: µs per frame", XTitle, times, []),
            new($"{title}: speed-up over K=1", XTitle, [.. times.Select(SpeedUp)],
                [.. Paper.SpeedUps.Select(found => ((double)found.Steps, found.SpeedUp))]),
            Legend);
    }

    private static List<PlotLine> Times(LayersResult result, LayerKind kind)
    {
        Measurement[] alone = [.. result.Measurements
            .Where(measured => measured.Kind == kind && measured.Segments == 1).OrderBy(measured => measured.Steps)];
        List<PlotLine> all = [.. alone.GroupBy(measured => measured.Variant).Select(variant =>
            new PlotLine(Color(variant.Key), [.. variant.Select(measured => ((double)measured.Steps, measured.PerFrame.Median * 1e6))]))];
        all.Add(new(Color(Roofline), [.. alone.Where(measured => measured.Variant == EdgeRnnContender.Name)
            .Select(own => ((double)own.Steps, own.Roofline.Median * 1e6))])
        { IsDashed = true });
        return all;
    }

    // Without K=1 the smallest block size is the base.
    private static PlotLine SpeedUp(PlotLine times) =>
        times with { Points = [.. times.Points.Select(point => (point.X, times.Points[0].Y / point.Y))] };

    private static string Color(string name) => Colors.First(pair => pair.Variant == name).Color;
}
