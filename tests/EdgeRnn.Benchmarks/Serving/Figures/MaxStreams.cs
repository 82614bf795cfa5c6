using EdgeRnn.Benchmarks.Serving.Hosting;
using EdgeRnn.Cli.Load;

namespace EdgeRnn.Benchmarks.Serving.Figures;

/// <summary>The number of streams that hold their budget.</summary>
internal static class MaxStreams
{
    private const int Precision = 20;

    public static Task At50HzAsync(ServingOptions options, Figure figure) => RunAsync(options, figure, 1000, 50, 100);

    public static Task At10HzAsync(ServingOptions options, Figure figure) => RunAsync(options, figure, 5000, 10, 1000);

    private static async Task RunAsync(ServingOptions options, Figure figure, int wanted, int rate, int budgetMs)
    {
        using Host server = await Host.StartAsync(HostKind.EdgeRnn, options.Models);
        // A server whose code is still being compiled misses budgets that a warm one holds.
        await new Load(options.Model, wanted, rate, 3, BudgetMs: budgetMs).RunAsync(server);
        int holds = 0, fails = 3 * wanted;
        for (int streams = wanted; fails - holds > wanted / Precision; streams = (holds + fails) / 2)
        {
            LoadReport report = await new Load(options.Model, streams, rate, options.Seconds, BudgetMs: budgetMs).RunAsync(server);
            figure.Add($"{streams} streams x {rate} frames/s: misses", report.DeadlineMisses);
            if (report.DeadlineMisses <= ManyStreams.MaxMisses * report.FramesDue)
                holds = streams;
            else
                fails = streams;
        }

        figure.AtLeast($"streams x {rate} frames/s that hold {budgetMs} ms for {options.Seconds} s", wanted, holds);
    }
}
