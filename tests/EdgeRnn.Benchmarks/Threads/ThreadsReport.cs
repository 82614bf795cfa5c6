using System.Globalization;
using System.Runtime.InteropServices;
using EdgeRnn.Benchmarks.Reports;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>The results as text.</summary>
internal sealed class ThreadsReport(TextWriter output, ThreadsOptions options)
{
    // Below MinPeak, two cores slow each other down or serve other programs, and nothing is judged.
    private const double MinPeak = 1.9, SpeedUp = 1.8, MaxToOne = 1.2, MaxToSplit = 0.5;

    public void WriteHeader()
    {
        output.WriteLine($"sru fp32, {options.Workers} workers, kernels {options.Kernels}, "
            + $"{options.Rounds} rounds, {options.Passes} passes");
        output.WriteLine($"{Machine.Cpu}; {RuntimeInformation.FrameworkDescription}; {RuntimeInformation.OSDescription}");
        output.WriteLine("Times are microseconds of wall time per pass.");
    }

    public void Write(IReadOnlyList<HotResult> results)
    {
        if (results.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine("Weights in the caches:");
        TextTable.Write(output,
        [
            ["d", "K", "one", "(min)", $"{options.Workers} workers", "(min)", "speed-up", "(minima)", "multiply-adds", "reads", "check"],
            .. results.Select(hot => (string[])
            [
                $"{hot.Hidden}", $"{hot.Steps}", Micro(hot.One.Median), Micro(hot.One.Min),
                Micro(hot.Several.Median), Micro(hot.Several.Min), Ratio(hot.SpeedUp), Ratio(hot.SpeedUpOfMinima), Ratio(hot.Peak), Ratio(hot.Read), hot.IsRight ? "same bits" : "WRONG",
            ]),
        ]);
        output.WriteLine("multiply-adds, reads: speed-up of as many cores over one when they multiply or read the weights.");
    }

    public void Write(IReadOnlyList<BusyResult> results)
    {
        if (results.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine($"Beside {options.Neighbors} busy processes:");
        TextTable.Write(output,
        [
            ["d", "K", "pass by", "median", "p90", "p99", "max", "check"],
            .. results.SelectMany(busy => (string[][])
            [
                Row(busy, "one worker", busy.One),
                Row(busy, $"{options.Workers} workers", busy.Several),
                Row(busy, "static split", busy.Split),
            ]),
        ]);
    }

    public void WriteGoals(IEnumerable<HotResult> hot, IEnumerable<BusyResult> busy)
    {
        output.WriteLine();
        TextTable.Write(output,
        [
            ["goal", "layer", "wanted", "measured", ""],
            .. hot.Select(result => (string[])
            [
                $"{options.Workers} workers against one", $"d={result.Hidden} K={result.Steps} hot", $">= {Ratio(SpeedUp)}",
                Ratio(result.SpeedUp), result.Peak < MinPeak ? "not judged: the cores are not free" : Verdict(result.SpeedUp >= SpeedUp),
            ]),
            .. busy.SelectMany(result => (string[][])
            [
                [
                    "p99 of several ÷ of one, neighbors", $"d={result.Hidden} K={result.Steps}", $"<= {Ratio(MaxToOne)}",
                    Ratio(result.ToOne), Verdict(result.ToOne <= MaxToOne),
                ],
                [
                    "p99 of several ÷ static split, neighbors", $"d={result.Hidden} K={result.Steps}", $"<= {Ratio(MaxToSplit)}",
                    Ratio(result.ToSplit), Verdict(result.ToSplit <= MaxToSplit),
                ],
            ]),
        ]);
    }

    private static string[] Row(BusyResult result, string by, Latencies passes) =>
    [
        $"{result.Hidden}", $"{result.Steps}", by, Micro(passes.Median), Micro(passes.P90), Micro(passes.P99), Micro(passes.Max),
        result.IsRight ? "same bits" : "WRONG",
    ];

    private static string Verdict(bool isMet) => !Machine.IsGoalClass ? "not judged" : isMet ? "met" : "falls short";
    private static string Micro(double seconds) => (seconds * 1e6).ToString("0.0", CultureInfo.InvariantCulture);
    private static string Ratio(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
