namespace EdgeRnn.Benchmarks.Simulation;

/// <summary>
/// A device's processor by its data sheet: a pass takes as long as reading the weights once or multiplying them, whichever takes longer,
/// plus an overhead per pass and per frame.
/// </summary>
/// <param name="Cores">They share each pass of a large model; passes of a small model run on one core each.</param>
/// <param name="Bandwidth">Bytes per second that all cores together read from memory.</param>
/// <param name="MultiplyAdds">Multiply-adds per second of one core.</param>
internal sealed record DeviceModel(string Name, int Cores, double Bandwidth, double MultiplyAdds)
{
    // Good code reaches about six tenths of what a data sheet promises.
    private const double Efficiency = 0.6;
    // Per pass: waking a thread and delivering results. Per frame: normalization, copies and the recurrence.
    private const double PassOverhead = 20e-6, FrameOverhead = 1e-6;

    /// <summary>4 Cortex-A76 at 2.4 GHz with two 128-bit pipes; LPDDR4X-4267, 32 bits wide.</summary>
    public static readonly DeviceModel Pi5 = new("Pi 5 class", 4, Efficiency * 17.1e9, Efficiency * 2.4e9 * 8);

    /// <summary>12 Cortex-A78AE at 2.2 GHz with two 128-bit pipes; LPDDR5 of 204.8 GB/s, of which the cores alone get about half.</summary>
    public static readonly DeviceModel Orin = new("Orin class", 12, Efficiency * 102.4e9, Efficiency * 2.2e9 * 8);

    public Func<int, double> Cost(ModelSize model)
    {
        int cores = model.IsLarge ? Cores : 1;
        // A small model stays in the caches.
        double reading = model.IsLarge ? model.Weights * sizeof(float) / Bandwidth : 0;
        return columns => PassOverhead + FrameOverhead * columns + Math.Max(reading, columns * (model.Weights / (MultiplyAdds * cores)));
    }

    public int Workers(ModelSize model) => model.IsLarge ? 1 : Cores;
}

/// <param name="Weights">Multiplications per frame.</param>
/// <param name="IsLarge">Larger than the caches: every pass reads it from memory.</param>
internal sealed record ModelSize(string Name, double Weights, bool IsLarge)
{
    public static readonly ModelSize Small = new("embedded, 19 thousand weights", 19_271, IsLarge: false);

    public static readonly ModelSize Large = new("200 MiB, 52 million weights", 52.4e6, IsLarge: true);
}
