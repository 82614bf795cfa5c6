using EdgeRnn.Benchmarks.Serving.Hosting;
using EdgeRnn.Cli.Load;

namespace EdgeRnn.Benchmarks.Serving.Figures;

/// <summary>A latency budget of 50 ms against blocks of one frame, one stream.</summary>
internal static class Efficiency
{
    private const int BudgetMs = 50;
    private static readonly (int Rate, double FewerPasses)[] Cases = [(200, 5), (50, 2)];

    public static async Task RunAsync(ServingOptions options, Figure figure)
    {
        using Host adaptive = await Host.StartAsync(HostKind.EdgeRnn, options.Models);
        using Host single = await Host.StartAsync(
            HostKind.EdgeRnn, options.Models, ("DefaultBlockSteps", 1), ("MaxBlockSteps", 1), ("MaxPassColumns", 1));
        // Until the JIT compiler is done: at these rates it would use more time than the frames.
        var warmUp = new Load(options.Model, 10, 200, 10);
        await (warmUp with { BudgetMs = BudgetMs }).RunAsync(adaptive);
        await (warmUp with { BlockSteps = 1 }).RunAsync(single);
        foreach ((int rate, double fewer) in Cases)
        {
            var load = new Load(options.Model, 1, rate, options.Seconds, BudgetMs: BudgetMs);
            for (int round = 0; round < options.Rounds; round++)
            {
                await MeasureAsync(adaptive, load, $"budget, {rate}/s");
                await MeasureAsync(single, load with { BudgetMs = null, BlockSteps = 1 }, $"K=1, {rate}/s");
            }

            figure.AtLeast($"passes of K=1 ÷ those with a budget of 50 ms, {rate} frames/s", fewer,
                figure.MedianRatio($"K=1, {rate}/s: passes per frame", $"budget, {rate}/s: passes per frame"));
            figure.AtMost($"processor time with the budget ÷ that of K=1, {rate} frames/s", 1,
                figure.MedianRatio($"budget, {rate}/s: us of processor per frame", $"K=1, {rate}/s: us of processor per frame"));
            figure.AtMost($"deadline misses, {rate} frames/s", 0, figure.Samples[$"budget, {rate}/s: misses"].Sum());
        }

        async Task MeasureAsync(Host server, Load load, string name)
        {
            HostCounters before = await server.CountersAsync();
            LoadReport report = await load.RunAsync(server);
            HostCounters after = await server.CountersAsync();
            figure.Add($"{name}: passes per frame", (double)(after.Passes - before.Passes) / report.FramesAnswered);
            figure.Add($"{name}: us of processor per frame", (after.CpuS - before.CpuS) * 1e6 / report.FramesAnswered);
            figure.Add($"{name}: misses", report.DeadlineMisses);
            figure.Add($"{name}: misses outside pauses", report.MissesOutsidePauses);
        }
    }
}
