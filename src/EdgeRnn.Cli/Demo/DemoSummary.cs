using System.Globalization;
using EdgeRnn.Cli.Output;

namespace EdgeRnn.Cli.Demo;

/// <summary>The text at the end of a demo.</summary>
internal static class DemoSummary
{
    /// <param name="sent">Frames sent.</param>
    /// <param name="elapsed">Time from the first frame to the last result.</param>
    public static void Write(TextWriter output, DemoStatistics statistics, long sent, TimeSpan elapsed)
    {
        output.WriteLine();
        TextTable.WritePairs(output,
        [
            ("frames", Invariant($"{statistics.Frames} answered of {sent} sent")),
            ("recognized", Recognized(statistics)),
            ("block size", Invariant($"{(double)statistics.Frames / Math.Max(1, statistics.Blocks):0.0} frames on average, ")
                + Invariant($"{statistics.Blocks} weight passes")),
            ("throughput", Invariant($"{statistics.Frames / elapsed.TotalSeconds:0.0} frames/s, as the sensor gives them; ")
                + Invariant($"computing took {statistics.Compute.Sum / elapsed * 100:0.00} % of the time")),
        ]);
        output.WriteLine();
        TextTable.Write(output,
        [
            ["latency", "p50", "p99"],
            Row("block wait", statistics.BlockWait),
            Row("queue", statistics.Queue),
            Row("compute", statistics.Compute),
            Row("round trip", statistics.RoundTrip),
        ]);
    }

    public static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString(time.TotalMilliseconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " ms";

    private static string Recognized(DemoStatistics statistics)
    {
        long judged = statistics.FramesJudged, missed = judged - statistics.FramesRight;
        if (judged == 0)
            return "not judged: the model needs a second to get to know the machine";
        // Rounded down, so that 100 % means all.
        double percent = Math.Floor(statistics.FramesRight * 1000.0 / judged) / 10;
        return Invariant($"{statistics.FramesRight} of {judged} frames after the first second, {percent:0.0} %; ")
            + Invariant($"of {missed} missed, {statistics.FramesWrongAfterChange} were within 1 s of a change");
    }

    private static string[] Row(string stage, Percentiles times) => [stage, Milliseconds(times.At(0.5)), Milliseconds(times.At(0.99))];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
