using System.Globalization;
using System.Runtime.InteropServices;
using EdgeRnn.Benchmarks.Calibration;
using EdgeRnn.Benchmarks.Contenders;
using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>The results as text.</summary>
internal sealed class LayersReport(TextWriter output)
{
    private IReadOnlyList<string> _peersShown = [];

    public void WriteHeader()
    {
        output.WriteLine($"{Machine.Cpu}; {RuntimeInformation.FrameworkDescription}; {RuntimeInformation.OSDescription}");
        output.WriteLine("Times are microseconds per frame: processor time of one thread, or wall time of several.");
    }

    public void WriteOptions(LayersOptions options) => output.WriteLine(options);

    public void Write(LayersResult result)
    {
        if (result.Peers.Count > 0 && !result.Peers.SequenceEqual(_peersShown))
            output.WriteLine(string.Join("\n", result.Peers));
        _peersShown = result.Peers;
        output.WriteLine();
        foreach (IGrouping<LayerKind, Measurement> layer in result.Measurements.GroupBy(measured => measured.Kind))
            output.WriteLine(Describe(result, layer.Key, layer.First().Limits));
        TextTable.Write(output,
        [
            [
                "cell", "K", "streams", "variant", "min", "p25", "median", "roofline", "share", "(minima)", "÷ edgernn", "(minima)",
                "K=1 ÷ K", "max error", "check", "form",
            ],
            .. result.Measurements.Select(measured => Row(result, measured)),
        ]);
        foreach (Measurement measured in result.AboveRoofline)
        {
            output.WriteLine($"WEAK CALIBRATION {Name(result, measured)}: "
                + Text($"{measured.Share.Median:0.00} of the roofline, which is not judged; repeat when idle"));
        }

        if (result.Parts.Count == 0)
            return;
        output.WriteLine("Parts of a pass, microseconds; shares of the product:");
        TextTable.Write(output, [["K", "product", "recurrence", "packing", "rest", "layer"], .. result.Parts.Select(Row)]);
    }

    /// <returns>Whether any result was wrong.</returns>
    public bool WriteFailures(IEnumerable<LayersResult> results)
    {
        bool failed = false;
        foreach (LayersResult result in results)
        {
            foreach (Measurement measured in result.Measurements.Where(measured => !measured.IsRight))
            {
                failed = true;
                output.WriteLine($"FAILED {Name(result, measured)}: " + Text($"wrong result, largest error {measured.MaxError:0.0e0}"));
            }
        }

        return failed;
    }

    private static string Describe(LayersResult result, LayerKind kind, Roofline limits)
    {
        int copies = WeightCopies<CompiledLayer>.Count(result.Mode, limits.WeightBytes);
        return Text($"d={result.Hidden} {Lower(result.Mode)}, {kind}, {result.Kernels}: {(copies == 1 ? "1 copy" : $"{copies} copies")}, ")
            + Text($"weight pass {limits.WeightPass.Median * 1e6:0.0} µs at {limits.Bandwidth:0.0} GB/s, peak {limits.Peak:0.0} GFLOP/s");
    }

    private static string[] Row(LayersResult result, Measurement measured)
    {
        var toOwn = Ratio.Of(measured.PerFrame, result.Own(measured.Kind, measured.Steps, measured.Segments)!.PerFrame);
        Measurement? one = result.Find(measured.Kind, measured.Variant, 1, measured.Segments);
        string speedUp = one is null ? "" : Number(Ratio.Of(one.PerFrame, measured.PerFrame).Median);
        return
        [
            $"{measured.Kind}", $"{measured.Steps}", $"{measured.Segments}", measured.Variant, Micro(measured.PerFrame.Min),
            Micro(measured.PerFrame.P25), Micro(measured.PerFrame.Median), Micro(measured.Roofline.Median),
            Number(measured.Share.Median), Number(measured.Share.Minima), Number(toOwn.Median), Number(toOwn.Minima), speedUp,
            Text($"{measured.MaxError:0.0e0}"), measured.IsRight ? "ok" : "WRONG", measured.Form,
        ];
    }

    private static string[] Row(PartTimes parts) =>
    [
        $"{parts.Steps}", Micro(parts.Product.Median), Text($"{parts.RecurrenceShare:0%}"), Text($"{parts.PackingShare:0%}"),
        Text($"{parts.RestShare:0%}"), Micro(parts.Layer.Median),
    ];

    private static string Name(LayersResult result, Measurement measured) =>
        $"d={result.Hidden} {Lower(result.Mode)} {measured.Kind} K={measured.Steps} streams={measured.Segments} "
            + $"{measured.Variant} ({measured.Form})";

    private static string Lower(CacheMode mode) => mode.ToString().ToLowerInvariant();
    private static string Micro(double seconds) => Text($"{seconds * 1e6:0.000}");
    private static string Number(double value) => Text($"{value:0.000}");
    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
