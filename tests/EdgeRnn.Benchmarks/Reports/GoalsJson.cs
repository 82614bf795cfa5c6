using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeRnn.Benchmarks.Goals;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>The goals and their measurements as JSON.</summary>
internal static class GoalsJson
{
    public static string Serialize(IReadOnlyList<GoalRuns> goals, IEnumerable<GroupRun> runs) => JsonSerializer.Serialize(
        new
        {
            Machine.Cpu,
            Framework = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            Goals = goals.Select(ToRow),
            Runs = runs.Select(run => new
            {
                run.Run,
                Group = run.Group.Name,
                Command = $"{run.Group.Options}",
                Peers = run.Results.SelectMany(result => result.Peers).Distinct(),
                Layers = LayerJson.Rows(run.Results),
            }),
        },
        LayerJson.Format);

    private static object ToRow(GoalRuns goal) => new
    {
        goal.Group,
        Goal = goal.Best.Name,
        goal.Best.Layer,
        Wanted = goal.Best.Bound,
        Runs = goal.Runs.Select(run => LayerJson.Rounded(run.Measured.Median)),
        Best = LayerJson.Rounded(goal.Best.Measured.Median),
        BestMinima = LayerJson.Rounded(goal.Best.Measured.Minima),
        Verdict = GoalsReport.Verdict(goal.Best),
        goal.Best.Note,
        goal.Best.Doubt,
    };
}
