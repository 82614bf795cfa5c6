using System.Globalization;
using System.Text;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>Draws rows of two panels on logarithmic axes as SVG.</summary>
internal static class PanelPlot
{
    private const double Width = 420, Height = 300, Margin = 60, Legend = 130;

    public static string Draw(IReadOnlyList<PlotRow> rows)
    {
        var svg = new StringBuilder();
        double width = 2 * (Width + Margin) + Legend, height = rows.Count * (Height + Margin) + Margin / 2;
        Append(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" ");
        Append(svg, $"font-family=\"sans-serif\" font-size=\"12\">\n");
        Append(svg, $"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n");
        for (int i = 0; i < rows.Count; i++)
        {
            double top = i * (Height + Margin) + Margin / 2;
            Draw(svg, Margin, top, rows[i].Left);
            Draw(svg, 2 * Margin + Width, top, rows[i].Right);
            Draw(svg, 2 * (Width + Margin) + 12, top + 12, rows[i].Legend);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, double left, double top, PlotPanel panel)
    {
        Append(svg, $"<text x=\"{left}\" y=\"{top - 8}\" font-weight=\"bold\">{panel.Title}</text>\n");
        Append(svg, $"<rect x=\"{left}\" y=\"{top}\" width=\"{Width}\" height=\"{Height}\" fill=\"none\" stroke=\"#333\"/>\n");
        Append(svg, $"<text x=\"{left + Width / 2}\" y=\"{top + Height + 32}\" text-anchor=\"middle\">{panel.XTitle}</text>\n");
        (double X, double Y)[] all = [.. panel.Lines.SelectMany(line => line.Points).Concat(panel.Stars).Where(HasPlace)];
        if (all.Length == 0)
            return;

        double[] xs = [.. all.Select(point => point.X).Distinct()];
        var x = new LogAxis(xs, left, left + Width);
        var y = new LogAxis([.. all.Select(point => point.Y)], top + Height, top);
        foreach (double value in xs)
            Append(svg, $"<text x=\"{x.At(value):0.#}\" y=\"{top + Height + 16}\" text-anchor=\"middle\">{value:#,0.##}</text>\n");
        foreach (double tick in y.Ticks())
        {
            Append(svg, $"<line x1=\"{left}\" x2=\"{left + Width}\" y1=\"{y.At(tick):0.#}\" y2=\"{y.At(tick):0.#}\" stroke=\"#ddd\"/>\n");
            Append(svg, $"<text x=\"{left - 5}\" y=\"{y.At(tick) + 4:0.#}\" text-anchor=\"end\">{tick:0.####}</text>\n");
        }

        foreach (PlotLine line in panel.Lines)
            Draw(svg, x, y, line);
        foreach ((double px, double py) in panel.Stars.Where(HasPlace))
            Append(svg, $"<text x=\"{x.At(px):0.#}\" y=\"{y.At(py) + 6:0.#}\" text-anchor=\"middle\">★</text>\n");
    }

    private static void Draw(StringBuilder svg, LogAxis x, LogAxis y, PlotLine line)
    {
        (double X, double Y)[] points = [.. line.Points.Where(HasPlace).Select(point => (x.At(point.X), y.At(point.Y)))];
        string path = string.Join(" ", points.Select(point => Text($"{point.X:0.#},{point.Y:0.#}")));
        string dash = line.IsDashed ? " stroke-dasharray=\"5 4\"" : "";
        Append(svg, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{line.Color}\" stroke-width=\"2\"{dash}/>\n");
        foreach ((double px, double py) in points)
        {
            Append(svg, line.Marker switch
            {
                PlotMarker.Square => $"<rect x=\"{px - 4:0.#}\" y=\"{py - 4:0.#}\" width=\"8\" height=\"8\" fill=\"{line.Color}\"/>\n",
                PlotMarker.Diamond => $"<path d=\"M{px:0.#},{py - 5:0.#}l5,5l-5,5l-5,-5z\" fill=\"{line.Color}\"/>\n",
                _ => $"<circle cx=\"{px:0.#}\" cy=\"{py:0.#}\" r=\"3\" fill=\"{line.Color}\"/>\n",
            });
        }
    }

    private static void Draw(StringBuilder svg, double left, double top, IReadOnlyList<PlotLegend> legend)
    {
        for (int i = 0; i < legend.Count; i++)
        {
            string fill = legend[i].Color is { } color ? $" fill=\"{color}\"" : "";
            Append(svg, $"<text x=\"{left}\" y=\"{top + 18 * i}\"{fill}>{legend[i].Text}</text>\n");
        }
    }

    private static bool HasPlace((double X, double Y) point) => point is { X: > 0, Y: > 0 } && double.IsFinite(point.Y);

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(Text(text));
    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
