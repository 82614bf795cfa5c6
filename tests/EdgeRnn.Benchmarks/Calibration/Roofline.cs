using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Calibration;

/// <summary>Limits of one layer.</summary>
/// <param name="WeightPass">Seconds to read the layer's weights once.</param>
/// <param name="Reread">Seconds to read a fully recurrent cell's feedback weights again, once per further frame; else 0.</param>
/// <param name="Operation">Seconds per operation at the multiply-add peak.</param>
internal sealed record Roofline(Timing WeightPass, Timing Reread, Timing Operation, long WeightBytes)
{
    /// <summary>GB/s.</summary>
    public double Bandwidth => WeightBytes / WeightPass.Median * 1e-9;

    /// <summary>GFLOP/s, or with weights of integers as many operations on them.</summary>
    public double Peak => 1e-9 / Operation.Median;

    /// <summary>The minimum of seconds per frame if <paramref name="frames"/> share one reading of the weights.</summary>
    public Timing PerFrame(int frames, double operationsPerFrame)
    {
        return new(Bound(timing => timing.Min), Bound(timing => timing.P25), Bound(timing => timing.Median));

        double Bound(Func<Timing, double> of) => Math.Max(
            (of(WeightPass) + (frames - 1) * of(Reread)) / frames, of(Operation) * operationsPerFrame);
    }
}
