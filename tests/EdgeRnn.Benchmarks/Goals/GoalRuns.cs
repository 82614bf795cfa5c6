namespace EdgeRnn.Benchmarks.Goals;

/// <summary>The measurements of one goal in several runs.</summary>
/// <param name="Group">The run of the benchmark that judges it.</param>
/// <param name="Runs">One goal per run.</param>
internal sealed record GoalRuns(string Group, IReadOnlyList<Goal> Runs)
{
    /// <summary>The best of the runs that count, or of all if none does.</summary>
    public Goal Best => Runs
        .OrderByDescending(goal => goal.IsMet)
        .ThenByDescending(goal => goal.Doubt is null)
        .ThenByDescending(goal => goal.IsLowerBound ? goal.Measured.Median : -goal.Measured.Median)
        .First();

    /// <summary>Goals in the order of their first run.</summary>
    public static IReadOnlyList<GoalRuns> Of(IEnumerable<(string Group, Goal Goal)> measured) =>
    [
        .. measured.GroupBy(pair => (pair.Group, pair.Goal.Layer, pair.Goal.Name))
            .Select(same => new GoalRuns(same.Key.Group, [.. same.Select(pair => pair.Goal)])),
    ];
}
