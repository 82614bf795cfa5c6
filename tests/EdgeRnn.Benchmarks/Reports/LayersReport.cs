using System.Globalization;
using System.Runtime.InteropServices;
using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>The results for people.</summary>
internal sealed class LayersReport(TextWriter output, LayersOptions options)
{
    private IReadOnlyList<string> _peersShown = [];

    public void WriteHeader()
    {
        output.WriteLine($"{LayersOptions.Cell} {LayersOptions.Precision}, {LayersOptions.Threads} thread, "
            + $"kernels {options.Kernels}, {options.Rounds} rounds");
        output.WriteLine($"{Machine.Cpu}; {RuntimeInformation.FrameworkDescription}; {RuntimeInformation.OSDescription}");
        output.WriteLine("Times are microseconds of processor time per frame.");
    }

    public void Write(LayerResult layer)
    {
        if (!layer.Peers.SequenceEqual(_peersShown)) output.WriteLine(string.Join("\n", layer.Peers));
        _peersShown = layer.Peers;
        string copies = layer.Mode == CacheMode.Cold ? $" ({layer.Copies} copies)" : "";
        output.WriteLine();
        output.WriteLine(Text(
            $"d={layer.Hidden} {Lower(layer.Mode)}{copies}: weight pass {layer.Limits.WeightPass.Median * 1e6:0.0} µs")
            + Text($" at {layer.Limits.Bandwidth:0.0} GB/s, multiply-add peak {layer.Limits.Peak:0.0} GFLOP/s"));
        TextTable.Write(output,
        [
            [
                "K", "streams", "variant", "min", "p25", "median", "roofline", "share", "(minima)", "÷ edgernn", "(minima)", "K=1 ÷ K",
                "max error", "check", "form",
            ],
            .. layer.Measurements.Select(measured => Row(layer, measured)),
        ]);
        if (layer.Parts.Count == 0) return;
        output.WriteLine("Parts of a pass, microseconds; shares of the product:");
        TextTable.Write(output, [["K", "product", "recurrence", "packing", "rest", "layer"], .. layer.Parts.Select(Row)]);
    }

    public void WriteGoals(IEnumerable<LayerResult> layers)
    {
        Goal[] goals = [.. layers.SelectMany(layer => Goals.Of(layer, options.Kernels))];
        output.WriteLine();
        if (goals.Length == 0)
        {
            output.WriteLine("No goal is set for what was measured.");
            return;
        }
        TextTable.Write(output,
        [
            ["goal", "layer", "wanted", "measured", "(minima)", ""],
            .. goals.Select(goal => (string[])
            [
                goal.Name, goal.Layer, goal.Wanted, Number(goal.Measured),
                double.IsNaN(goal.AtMinima) ? "" : Number(goal.AtMinima), Verdict(goal),
            ]),
        ]);
        output.WriteLine(Machine.IsGoalClass
            ? $"{goals.Count(goal => goal.IsMet)} of {goals.Length} goals met."
            : "The goals are set for another class of machine and not judged here.");
    }

    /// <returns>Whether anything makes the run invalid.</returns>
    public bool WriteFailures(IEnumerable<LayerResult> layers)
    {
        bool failed = false;
        foreach (LayerResult layer in layers)
        {
            foreach (Measurement measured in layer.Measurements)
            {
                if (!measured.IsRight) Fail(layer, measured, Text($"wrong result, largest error {measured.MaxError:0.0e0}"));
                if (measured.IsAboveRoofline)
                    Fail(layer, measured, Text($"{measured.Share.Median:0.00} of the roofline: calibration too weak, repeat when idle"));
            }
        }
        return failed;

        void Fail(LayerResult layer, Measurement measured, string reason)
        {
            failed = true;
            output.WriteLine($"FAILED d={layer.Hidden} {Lower(layer.Mode)} K={measured.Steps} streams={measured.Segments} "
                + $"{measured.Variant} ({measured.Form}): {reason}");
        }
    }

    private static string[] Row(LayerResult layer, Measurement measured)
    {
        Ratio toOwn = Ratio.Of(measured.PerFrame, layer.Own(measured.Steps, measured.Segments)!.PerFrame);
        Measurement? one = layer.Find(measured.Variant, 1, measured.Segments);
        string speedUp = one is null ? "" : Number(Ratio.Of(one.PerFrame, measured.PerFrame).Median);
        return
        [
            $"{measured.Steps}", $"{measured.Segments}", measured.Variant, Micro(measured.PerFrame.Min), Micro(measured.PerFrame.P25),
            Micro(measured.PerFrame.Median), Micro(measured.Roofline.Median), Number(measured.Share.Median), Number(measured.Share.Minima),
            Number(toOwn.Median), Number(toOwn.Minima), speedUp,
            Text($"{measured.MaxError:0.0e0}"), measured.IsRight ? "ok" : "WRONG", measured.Form,
        ];
    }

    private static string[] Row(PartTimes parts) =>
    [
        $"{parts.Steps}", Micro(parts.Product.Median), Text($"{parts.RecurrenceShare:0%}"), Text($"{parts.PackingShare:0%}"),
        Text($"{parts.RestShare:0%}"), Micro(parts.Layer.Median),
    ];

    private static string Verdict(Goal goal) => !Machine.IsGoalClass ? "not judged" : goal.IsMet ? "met" : "falls short";
    private static string Lower(CacheMode mode) => mode.ToString().ToLowerInvariant();
    private static string Micro(double seconds) => Text($"{seconds * 1e6:0.000}");
    private static string Number(double value) => Text($"{value:0.000}");
    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
