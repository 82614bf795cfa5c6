using System.CommandLine;
using EdgeRnn.Benchmarks.Serving;
using EdgeRnn.Benchmarks.Serving.Hosting;
using EdgeRnn.Benchmarks.Simulation;
using EdgeRnn.Benchmarks.Threads;

namespace EdgeRnn.Benchmarks;

/// <summary>The commands of the benchmarks.</summary>
internal static class CommandLine
{
    /// <summary>The fewest samples that medians are taken from.</summary>
    public const int MinRounds = 21;

    public const int MaxRounds = 100_000, MaxSize = 8192, MaxSteps = 1024, MaxThreads = 64;

    public static RootCommand Create() => new("Benchmarks of EdgeRnn's kernels and server, against the machine's limits and against peers.")
    {
        LayersArguments.Create(), GoalsArguments.Create(), ThreadsArguments.Create(),
        ServingCommand.Create(), HostCommand.Create(), SimulateCommand.Create(),
    };
}
