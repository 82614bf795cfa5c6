using System.Globalization;
using System.Text;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Goals;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>An SVG figure: per layer, time per frame and speed-up over K=1 against the block size, on logarithmic axes.</summary>
internal static class LayersPlot
{
    private const double Width = 420, Height = 300, Margin = 60, Legend = 130;

    private static readonly (string Variant, string Colour)[] Colours =
        [(EdgeRnnContender.Name, "#d62728"), ("openblas", "#1f77b4"), ("onednn", "#2ca02c"), ("torch", "#9467bd"), ("roofline", "#7f7f7f")];

    public static string Draw(IEnumerable<LayersResult> results)
    {
        (LayersResult Result, LayerKind Kind)[] layers =
            [.. results.SelectMany(result => result.Measurements.Select(measured => (result, measured.Kind)).Distinct())];
        var svg = new StringBuilder();
        double width = 2 * (Width + Margin) + Legend, height = layers.Length * (Height + Margin) + Margin / 2;
        Append(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" ");
        Append(svg, $"font-family=\"sans-serif\" font-size=\"12\">\n");
        Append(svg, $"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n");
        for (int i = 0; i < layers.Length; i++)
        {
            double top = i * (Height + Margin) + Margin / 2;
            (LayersResult result, LayerKind kind) = layers[i];
            string title = $"{kind} d={result.Hidden}, {result.Mode.ToString().ToLowerInvariant()} weights";
            List<Series> times = Times(result, kind);
            Panel(svg, Margin, top, $"{title}: µs per frame", times, []);
            Panel(svg, 2 * Margin + Width, top, $"{title}: speed-up over K=1", [.. times.Select(SpeedUp)], Paper.SpeedUps);
            DrawLegend(svg, 2 * (Width + Margin) + 12, top);
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static List<Series> Times(LayersResult result, LayerKind kind)
    {
        Measurement[] alone = [.. result.Measurements
            .Where(measured => measured.Kind == kind && measured.Segments == 1).OrderBy(measured => measured.Steps)];
        List<Series> all = [.. alone.GroupBy(measured => measured.Variant).Select(variant =>
            new Series(variant.Key, [.. variant.Select(measured => ((double)measured.Steps, measured.PerFrame.Median * 1e6))]))];
        all.Add(new("roofline", [.. alone.Where(measured => measured.Variant == EdgeRnnContender.Name)
            .Select(own => ((double)own.Steps, own.Roofline.Median * 1e6))]));
        return all;
    }

    // Without K=1 the smallest block size is the base.
    private static Series SpeedUp(Series times)
        => times with { Points = [.. times.Points.Select(point => (point.X, times.Points[0].Y / point.Y))] };

    private static void Panel(
        StringBuilder svg, double left, double top, string title, List<Series> series, (int Steps, double SpeedUp)[] marks)
    {
        (double X, double Y)[] all = [.. series.SelectMany(one => one.Points), .. marks.Select(mark => ((double)mark.Steps, mark.SpeedUp))];
        var x = new Axis(all.Min(point => point.X), all.Max(point => point.X), left, left + Width);
        var y = new Axis(all.Min(point => point.Y), all.Max(point => point.Y), top + Height, top);
        Append(svg, $"<text x=\"{left}\" y=\"{top - 8}\" font-weight=\"bold\">{title}</text>\n");
        Append(svg, $"<rect x=\"{left}\" y=\"{top}\" width=\"{Width}\" height=\"{Height}\" fill=\"none\" stroke=\"#333\"/>\n");
        Append(svg, $"<text x=\"{left + Width / 2}\" y=\"{top + Height + 32}\" text-anchor=\"middle\">K, steps per block</text>\n");
        foreach (double steps in all.Select(point => point.X).Distinct())
            Append(svg, $"<text x=\"{x.At(steps):0.#}\" y=\"{top + Height + 16}\" text-anchor=\"middle\">{steps}</text>\n");
        foreach (double tick in y.Ticks())
        {
            Append(svg, $"<line x1=\"{left}\" x2=\"{left + Width}\" y1=\"{y.At(tick):0.#}\" y2=\"{y.At(tick):0.#}\" stroke=\"#ddd\"/>\n");
            Append(svg, $"<text x=\"{left - 5}\" y=\"{y.At(tick) + 4:0.#}\" text-anchor=\"end\">{tick}</text>\n");
        }
        foreach (Series one in series)
        {
            string points = string.Join(" ", one.Points.Select(point => Text($"{x.At(point.X):0.#},{y.At(point.Y):0.#}")));
            string dash = one.Name == "roofline" ? " stroke-dasharray=\"5 4\"" : "";
            Append(svg, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{Colour(one.Name)}\" stroke-width=\"2\"{dash}/>\n");
            foreach ((double px, double py) in one.Points)
                Append(svg, $"<circle cx=\"{x.At(px):0.#}\" cy=\"{y.At(py):0.#}\" r=\"3\" fill=\"{Colour(one.Name)}\"/>\n");
        }
        foreach ((int steps, double speedUp) in marks)
            Append(svg, $"<text x=\"{x.At(steps):0.#}\" y=\"{y.At(speedUp) + 6:0.#}\" text-anchor=\"middle\">★</text>\n");
    }

    private static void DrawLegend(StringBuilder svg, double left, double top)
    {
        double y = top + 12;
        foreach ((string name, string colour) in Colours)
        {
            Append(svg, $"<text x=\"{left}\" y=\"{y}\" fill=\"{colour}\">{name}</text>\n");
            y += 18;
        }
        Append(svg, $"<text x=\"{left}\" y=\"{y}\">★ paper, ARM</text>\n");
    }

    private static string Colour(string name) => Colours.First(pair => pair.Variant == name).Colour;
    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(Text(text));
    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Series(string Name, (double X, double Y)[] Points);

    /// <summary>A logarithmic axis with some air at its ends.</summary>
    private sealed class Axis(double min, double max, double from, double to)
    {
        private const double Air = 1.15;

        private static readonly int[] Digits = [1, 2, 5];

        private readonly double _low = Math.Log(min / Air), _high = Math.Log(max * Air);

        public double At(double value) => from + (Math.Log(value) - _low) / (_high - _low) * (to - from);

        /// <summary>1, 2 and 5 times the powers of ten within the axis.</summary>
        public IEnumerable<double> Ticks() =>
            from power in Enumerable.Range(-4, 12)
            from digit in Digits
            let tick = Math.Round(digit * Math.Pow(10, power), 4)
            where tick >= min / Air && tick <= max * Air
            select tick;
    }
}
