using System.CommandLine;
using EdgeRnn.Kernels;
using static EdgeRnn.Benchmarks.CommandLine;
using static EdgeRnn.Benchmarks.OptionParsers;

namespace EdgeRnn.Benchmarks.Threads;

/// <summary>The arguments of the threads command.</summary>
internal static class ThreadsArguments
{
    public static Command Create()
    {
        Option<int[]> hidden = Numbers("--hidden", "Units, and values per frame", MaxSize, [512, 1024]);
        Option<int[]> steps = Numbers("--steps", "Frames per pass", MaxSteps, [1, 2, 4, 8, 16, 32]);
        Option<int[]> busySteps = Numbers("--busy-steps", "Frames per pass beside busy processes", MaxSteps, [4, 16]);
        Option<int> workers = Number("--workers", "Threads that share a pass", 2, MaxThreads, 2);
        Option<int> neighbors = Number("--neighbors", "Busy processes", 1, 64, 2);
        neighbors.Aliases.Add("--neighbours"); // the name until 0.1
        Option<int> rounds = Number("--rounds", "Samples of about a millisecond of each pass", MinRounds, MaxRounds, 41);
        Option<int> passes = Number("--passes", "Passes of each contender beside busy processes", 100, 1_000_000, 3000);
        Option<string?> json = Json();
        var command = new Command("threads", "Times workers that share one layer's pass. Exits with 1 if a result is wrong.")
        {
            hidden, steps, busySteps, workers, neighbors, rounds, passes, json,
        };
        command.SetAction(parsed => ThreadsCommand.Run(
            new ThreadsOptions(
                parsed.GetRequiredValue(hidden),
                parsed.GetRequiredValue(steps),
                parsed.GetRequiredValue(busySteps),
                parsed.GetRequiredValue(workers),
                parsed.GetRequiredValue(neighbors),
                parsed.GetRequiredValue(rounds),
                parsed.GetRequiredValue(passes),
                KernelSet.Select(Environment.GetEnvironmentVariable(KernelSet.EnvironmentVariable))),
            parsed.Target(json)));
        return command;
    }
}
