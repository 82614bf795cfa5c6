using EdgeRnn.Benchmarks.Goals;
using EdgeRnn.Benchmarks.Measuring;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Benchmarks.Reports;

namespace EdgeRnn.Benchmarks;

/// <summary>Runs the layers benchmark and reports.</summary>
internal static class LayersCommand
{
    /// <returns>0, or 1 if a result is wrong.</returns>
    public static int Run(LayersOptions options, JsonTarget json, string? plotFile)
    {
        PeerEnvironment.RemovePresets();
        var report = new LayersReport(json.Text);
        report.WriteHeader();
        List<LayersResult> results = Measure(options, report);
        new GoalsReport(json.Text).Write(GoalRuns.Of(results.SelectMany(GoalGroup.GoalsOf).Select(goal => ("", goal))));
        json.Write(LayerJson.Serialize(results));
        if (plotFile is not null)
            File.WriteAllText(plotFile, LayersPlot.Draw(results));
        return report.WriteFailures(results) ? 1 : 0;
    }

    /// <summary>Every size in every mode, reported as soon as measured.</summary>
    public static List<LayersResult> Measure(LayersOptions options, LayersReport report)
    {
        var results = new List<LayersResult>();
        report.WriteOptions(options);
        foreach (CacheMode mode in options.Modes)
        {
            foreach (int hidden in options.Hidden)
            {
                results.Add(LayersBenchmark.Run(options, hidden, mode));
                report.Write(results[^1]);
            }
        }

        return results;
    }
}
