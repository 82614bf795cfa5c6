using EdgeRnn.Benchmarks.Measuring;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>Runs the threads benchmark and reports.</summary>
internal static class ThreadsCommand
{
    // The layer for which the goals are set.
    private const int BusyHidden = 1024;

    /// <returns>0, or 1 if results differ.</returns>
    public static int Run(ThreadsOptions options, JsonTarget json)
    {
        var report = new ThreadsReport(json.Text, options);
        report.WriteHeader();
        List<HotResult> hot = [];
        List<BusyResult> busy = [];
        using (var team = new ThreadTeam(options.Workers))
        using (var workers = new RuntimeWorkers(options.Workers))
        {
            foreach (int hidden in options.Hidden)
                hot.AddRange(HotRun.Run(options, hidden, workers, team));
            report.Write(hot);
        }

        using (var workers = new RuntimeWorkers(options.Workers))
        {
            foreach (int steps in options.BusySteps)
                busy.Add(BusyRun.Run(options, BusyHidden, steps, workers));
            report.Write(busy);
        }

        report.WriteGoals(hot, busy);
        json.Write(ThreadsJson.Serialize(hot, busy, options));
        return hot.All(result => result.IsRight) && busy.All(result => result.IsRight) ? 0 : 1;
    }
}
