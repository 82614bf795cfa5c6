using System.CommandLine;
using EdgeRnn.Benchmarks.Goals;
using static EdgeRnn.Benchmarks.CommandLine;
using static EdgeRnn.Benchmarks.OptionParsers;

namespace EdgeRnn.Benchmarks;

/// <summary>The arguments of the goals command.</summary>
internal static class GoalsArguments
{
    private const int MaxRuns = 100;

    public static Command Create()
    {
        Option<string[]> only = Words("--only", "Which goals to judge", GoalGroup.Names, GoalGroup.Names);
        Option<int> runs = Number("--runs", "Runs; the best one counts", 1, MaxRuns, 3);
        Option<int> rounds = Number("--rounds", "Rounds of each run", MinRounds, MaxRounds, LayersOptions.DefaultRounds);
        Option<string?> json = Json();
        var command = new Command("goals", "Measures and judges the project's performance goals. Exits with 1 if a result is wrong.")
        {
            only, runs, rounds, json,
        };
        command.SetAction(parsed => GoalsCommand.Run(
            [.. GoalGroup.All.Where(group => parsed.GetRequiredValue(only).Contains(group.Name))
                .Select(group => group with { Options = group.Options with { Rounds = parsed.GetRequiredValue(rounds) } })],
            parsed.GetRequiredValue(runs), parsed.Target(json)));
        return command;
    }
}
