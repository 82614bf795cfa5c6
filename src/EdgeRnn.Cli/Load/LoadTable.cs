using System.Globalization;
using EdgeRnn.Cli.Output;

namespace EdgeRnn.Cli.Load;

/// <summary>A load report as text.</summary>
internal static class LoadTable
{
    public static void Print(this LoadReport report, TextWriter output)
    {
        string rate = report.RateHz is { } hz ? Text($"{hz} frames/s") : "as many frames/s as the server takes";
        LatencyReport latency = report.LatencyMs;
        List<(string Name, string Value)> rows =
        [
            ("load", Text($"{report.Streams} streams x {rate}, {report.FramesPerMessage} per message, {report.DurationS:0.0} s")),
            ("frames", Text(
                $"{report.FramesDue} due, {report.FramesSent} sent, {report.FramesAnswered} answered, {report.FramesDropped} dropped")),
            ("frames/s", Text($"{report.FramesPerS:0}")),
            ("latency ms", Text(
                $"p50 {latency.P50:0.0}  p90 {latency.P90:0.0}  p99 {latency.P99:0.0}  p99.9 {latency.P999:0.0}  max {latency.Max:0.0}")),
            ("late", Text($"{report.DeadlineMisses}, of them {report.MissesOutsidePauses} not caused by a pause of the machine")),
            ("block steps", Counts(report.BlockSteps)),
            ("sessions per pass", Counts(report.PassSessions)),
            ("pauses", Text(
                $"{report.Pauses.Count}, {report.Pauses.TotalMs:0} ms in all, {report.Pauses.GcMs:0} ms of garbage collection here")),
        ];
        if (report.Server is { } server)
        {
            rows.Add(("server", Text($"{server.CpuS:0.00} s of processor time, ")
                + Text($"resident {server.RssStart}, half-way {server.RssHalf}, at the end {server.RssEnd} bytes")));
        }

        TextTable.WritePairs(output, rows);
    }

    /// <summary>The most frequent values.</summary>
    private static string Counts(IReadOnlyDictionary<int, long> counts)
    {
        const int Shown = 6;
        string shown = string.Join(", ", counts.OrderByDescending(count => count.Value).Take(Shown)
            .Select(count => $"{count.Key} ({count.Value} times)"));
        return counts.Count > Shown ? $"{shown}, …" : shown;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
