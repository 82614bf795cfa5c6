namespace EdgeRnn.Benchmarks.Reports;

/// <summary>A logarithmic axis of a plot, with a margin at its ends.</summary>
/// <param name="values">Values to be placed on the axis: at least one, all above 0.</param>
/// <param name="from">Where the axis begins in the plot.</param>
/// <param name="to">Where it ends.</param>
internal sealed class LogAxis(IReadOnlyCollection<double> values, double from, double to)
{
    private const double Margin = 1.15;
    private const int MinTicks = 3;

    private readonly double _low = values.Min() / Margin, _high = values.Max() * Margin;

    public double At(double value) => from + Math.Log(value / _low) / Math.Log(_high / _low) * (to - from);

    /// <summary>
    /// 1, 2 and 5 times the powers of ten within the axis; on a short one their other multiples too, or its first value if there are none.
    /// </summary>
    public IReadOnlyList<double> Ticks()
    {
        double[] ticks = Multiples([1, 2, 5]);
        if (ticks.Length < MinTicks)
            ticks = Multiples([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        return ticks.Length > 0 ? ticks : [values.First()];
    }

    private double[] Multiples(int[] digits) =>
    [
        .. from power in Enumerable.Range(-4, 12)
           from digit in digits
           let tick = Math.Round(digit * Math.Pow(10, power), 4)
           where tick >= _low && tick <= _high
           select tick,
    ];
}
