using System.Globalization;
using EdgeRnn.Benchmarks.Goals;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>The goals as text: which are met and which fall short.</summary>
internal sealed class GoalsReport(TextWriter output)
{
    public void Write(IReadOnlyList<GoalRuns> goals)
    {
        output.WriteLine();
        if (goals.Count == 0)
        {
            output.WriteLine("No goal is set for what was measured.");
            return;
        }

        int runs = goals.Max(goal => goal.Runs.Count);
        TextTable.Write(output,
        [
            [
                "goal", "layer", "wanted", .. Enumerable.Range(1, runs).Select(run => runs == 1 ? "measured" : $"run {run}"),
                "(minima)", "", "",
            ],
            .. goals.Select(goal => Row(goal, runs)),
        ]);
        output.WriteLine(Machine.IsGoalClass
            ? $"{goals.Count(goal => goal.Best.IsMet)} of {goals.Count} goals met, "
                + $"{goals.Count(goal => goal.Best.Doubt is not null)} not judged."
            : "The goals are set for another class of machine and not judged here.");
    }

    public static string Verdict(Goal goal) =>
        !Machine.IsGoalClass || goal.Doubt is not null ? "not judged" : goal.IsMet ? "met" : "falls short";

    private static string[] Row(GoalRuns goal, int runs) =>
    [
        goal.Best.Name, goal.Best.Layer, goal.Best.Bound,
        .. Enumerable.Range(0, runs).Select(run => run < goal.Runs.Count ? Number(goal.Runs[run].Measured.Median) : ""),
        Number(goal.Best.Measured.Minima), Verdict(goal.Best),
        string.Join("; ", ((string?[])[goal.Best.Doubt, goal.Best.Note]).Where(text => !string.IsNullOrEmpty(text))),
    ];

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
