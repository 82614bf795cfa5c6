using EdgeRnn.Benchmarks.Calibration;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks;

/// <summary>A timed variant.</summary>
/// <param name="PerFrame">Seconds per frame.</param>
/// <param name="Limits">The limits of the layer.</param>
/// <param name="Roofline">The minimum of seconds per frame that the limits allow.</param>
/// <param name="MaxError">The largest difference from the double reference.</param>
internal sealed record Measurement(
    LayerKind Kind, string Variant, string Form, int Steps, int Segments, Timing PerFrame, Roofline Limits, Timing Roofline,
    double MaxError)
{
    private const double Tolerance = 1e-5;

    public bool IsRight => MaxError <= Tolerance; // false for NaN

    /// <summary>The share of the roofline that is reached, by medians and by minima.</summary>
    public Ratio Share => Ratio.Of(Roofline, PerFrame);
}

/// <summary>A ratio of two timings.</summary>
internal readonly record struct Ratio(double Median, double Minima)
{
    public static Ratio Of(Timing timing, Timing to) => new(timing.Median / to.Median, timing.Min / to.Min);

    public static Ratio operator /(Ratio a, Ratio b) => new(a.Median / b.Median, a.Minima / b.Minima);
}

/// <summary>Seconds per pass: packing the frames, the gate product without and with the recurrence, and the whole layer.</summary>
internal sealed record PartTimes(int Steps, Timing Packing, Timing Product, Timing ProductAndRecurrence, Timing Layer)
{
    public double PackingShare => Packing.Median / Product.Median;

    public double RecurrenceShare => (ProductAndRecurrence.Median - Product.Median) / Product.Median;

    /// <summary>What the layer takes besides product, recurrence and packing.</summary>
    public double RestShare => (Layer.Median - ProductAndRecurrence.Median - Packing.Median) / Product.Median;
}
