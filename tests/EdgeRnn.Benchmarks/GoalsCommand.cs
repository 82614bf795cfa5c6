using EdgeRnn.Benchmarks.Goals;
using EdgeRnn.Benchmarks.Peers;
using EdgeRnn.Benchmarks.Reports;

namespace EdgeRnn.Benchmarks;

/// <summary>Runs the benchmarks of the goals several times and judges the best run.</summary>
internal static class GoalsCommand
{
    /// <returns>0, or 1 if a result is wrong.</returns>
    public static int Run(IReadOnlyList<GoalGroup> groups, int runs, JsonTarget json)
    {
        PeerEnvironment.RemovePresets();
        var report = new LayersReport(json.Text);
        var measured = new List<GroupRun>();
        report.WriteHeader();
        for (int run = 1; run <= runs; run++)
        {
            foreach (GoalGroup group in groups)
            {
                json.Text.WriteLine($"\nRun {run} of {runs}: {group.Name}");
                measured.Add(new GroupRun(run, group, LayersCommand.Measure(group.Options, report)));
            }
        }

        IReadOnlyList<GoalRuns> goals = GoalRuns.Of(measured.SelectMany(one => one.Goals.Select(goal => (one.Group.Name, goal))));
        json.Text.WriteLine();
        new GoalsReport(json.Text).Write(goals);
        json.Write(GoalsJson.Serialize(goals, measured));
        return report.WriteFailures(measured.SelectMany(one => one.Results)) ? 1 : 0;
    }
}

/// <summary>What one run measured for a group of goals.</summary>
internal sealed record GroupRun(int Run, GoalGroup Group, IReadOnlyList<LayersResult> Results)
{
    public IEnumerable<Goal> Goals => Results.SelectMany(result => Group.Families.SelectMany(family => family(result)));
}
