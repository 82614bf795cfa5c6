using EdgeRnn.Benchmarks.Calibration;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks;

/// <summary>What was measured on one layer in one mode, all of it interleaved.</summary>
/// <param name="Measurements">The best form of each variant at each block size and number of streams.</param>
/// <param name="Parts">Where the time of a small hot layer goes, by block size.</param>
/// <param name="Peers">Versions and choices of the peers, or that they are absent.</param>
internal sealed record LayerResult(
    int Hidden, CacheMode Mode, int Copies, Roofline Limits, IReadOnlyList<Measurement> Measurements, IReadOnlyList<PartTimes> Parts,
    IReadOnlyList<string> Peers)
{
    public Measurement? Find(string variant, int steps, int segments = 1)
        => Measurements.FirstOrDefault(found => (found.Variant, found.Steps, found.Segments) == (variant, steps, segments));

    public Measurement? Own(int steps, int segments = 1) => Find(EdgeRnnContender.Name, steps, segments);
}

/// <summary>A timed variant.</summary>
/// <param name="PerFrame">Seconds per frame.</param>
/// <param name="Roofline">The least that the limits allow.</param>
/// <param name="MaxError">The largest difference from the double reference.</param>
internal sealed record Measurement(string Variant, string Form, int Steps, int Segments, Timing PerFrame, Timing Roofline, double MaxError)
{
    private const double Tolerance = 1e-5, WeakCalibration = 1.02;

    public bool IsRight => MaxError <= Tolerance; // not for NaN

    public bool IsAboveRoofline => Share.Median > WeakCalibration;

    /// <summary>The part of the roofline that is reached, by medians and by minima.</summary>
    public Ratio Share => Ratio.Of(Roofline, PerFrame);
}

/// <summary>A ratio of two timings.</summary>
internal readonly record struct Ratio(double Median, double Minima)
{
    public static Ratio Of(Timing timing, Timing to) => new(timing.Median / to.Median, timing.Min / to.Min);
}

/// <summary>Seconds of a pass: bringing the frames into order, the gate product alone, with the recurrence, and all of the layer.</summary>
internal sealed record PartTimes(int Steps, Timing Packing, Timing Product, Timing ProductAndRecurrence, Timing Layer)
{
    public double PackingShare => Packing.Median / Product.Median;

    public double RecurrenceShare => (ProductAndRecurrence.Median - Product.Median) / Product.Median;

    /// <summary>What the layer takes besides product, recurrence and packing.</summary>
    public double RestShare => (Layer.Median - ProductAndRecurrence.Median - Packing.Median) / Product.Median;
}
