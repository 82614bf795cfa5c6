namespace EdgeRnn.Benchmarks.Reports;

/// <summary>Two panels of a plot side by side, and what their lines mean.</summary>
internal sealed record PlotRow(PlotPanel Left, PlotPanel Right, IReadOnlyList<PlotLegend> Legend);

/// <param name="Stars">Single points beside the lines.</param>
internal sealed record PlotPanel(string Title, string XTitle, IReadOnlyList<PlotLine> Lines, IReadOnlyList<(double X, double Y)> Stars);

/// <param name="Points">Those at or below 0 have no place on logarithmic axes and are left out.</param>
internal sealed record PlotLine(string Color, IReadOnlyList<(double X, double Y)> Points)
{
    public PlotMarker Marker { get; init; }

    public bool IsDashed { get; init; }
}

/// <param name="Color">Null: that of other text.</param>
internal sealed record PlotLegend(string Text, string? Color = null);

/// <summary>The shape of a line's points.</summary>
internal enum PlotMarker { Circle, Square, Diamond }
