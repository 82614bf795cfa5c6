using EdgeRnn.Benchmarks.Serving.Hosting;
using EdgeRnn.Cli.Load;

namespace EdgeRnn.Benchmarks.Serving.Figures;

/// <summary>Many streams with a budget, beside the echo with blocks of the same size.</summary>
internal static class ManyStreams
{
    /// <summary>Allowed misses per frame.</summary>
    public const double MaxMisses = 1e-5;
    private const double MaxGrowth = .01;

    public static Task ThousandAsync(ServingOptions options, Figure figure) => RunAsync(options, figure, 1000, 50, 100);

    public static Task FiveThousandAsync(ServingOptions options, Figure figure) => RunAsync(options, figure, 5000, 10, 1000);

    private static async Task RunAsync(ServingOptions options, Figure figure, int streams, int rate, int budgetMs)
    {
        using Host edgeRnn = await Host.StartAsync(HostKind.EdgeRnn, options.Models);
        using Host echo = await Host.StartAsync(HostKind.Echo, options.Models);
        var load = new Load(options.Model, options.Streams ?? streams, rate, options.Seconds, BudgetMs: budgetMs);
        foreach (Host server in (Host[])[edgeRnn, echo])
            await (load with { Seconds = 3 }).RunAsync(server);
        await edgeRnn.WatchPausesAsync();
        for (int round = 0; round < options.Rounds; round++)
        {
            int known = (await edgeRnn.CountersAsync()).Pauses.Count;
            LoadReport report = await load.RunAsync(edgeRnn);
            Add("edgernn", report);
            AddPauses([.. (await edgeRnn.CountersAsync()).Pauses.Skip(known)], report.Pauses);
            double steps = (double)report.FramesAnswered / report.BlockSteps.Values.Sum();
            figure.Add("edgernn frames per block", steps);
            Add("echo", await (load with { BlockSteps = EchoSteps(rate * options.Seconds, (int)Math.Round(steps)) }).RunAsync(echo));
        }

        figure.AtMost($"{load.Streams} streams x {rate} frames/s, budget {budgetMs} ms: misses per frame", MaxMisses,
            figure.Samples["edgernn misses"].Sum() / figure.Samples["edgernn frames"].Sum());
        figure.AtMost("of them outside pauses, per frame", 0,
            figure.Samples["edgernn misses outside pauses"].Sum() / figure.Samples["edgernn frames"].Sum());
        figure.AtMost("growth of the server's memory over the second half", MaxGrowth, figure.Median("edgernn growth"));

        // The echo has no timer: it would answer a block that is not full only at the end.
        static int EchoSteps(int frames, int steps) => Enumerable.Range(1, Math.Max(1, steps)).Last(divisor => frames % divisor == 0);

        void Add(string name, LoadReport report)
        {
            figure.Add($"{name} frames", report.FramesDue);
            figure.Add($"{name} misses", report.DeadlineMisses);
            figure.Add($"{name} misses outside pauses", report.MissesOutsidePauses);
            figure.Add($"{name} p50 ms", report.LatencyMs.P50);
            figure.Add($"{name} p99 ms", report.LatencyMs.P99);
            figure.Add($"{name} p99.9 ms", report.LatencyMs.P999);
            figure.Add($"{name} max ms", report.LatencyMs.Max);
            figure.Add($"{name} processors", report.Server!.CpuS / report.DurationS);
            figure.Add($"{name} growth", (double)report.Server.RssEnd / report.Server.RssHalf - 1);
        }

        // Pauses of more than 1.5 ms in both processes while EdgeRnn was under load, and their part due to garbage collection.
        void AddPauses(IReadOnlyList<Pause> server, PausesReport tool)
        {
            figure.Add("pauses: server", server.Count);
            figure.Add("pauses: server, longest ms", server.Select(pause => pause.DurationMs).DefaultIfEmpty().Max());
            figure.Add("pauses: server, collection ms", server.Sum(pause => pause.GcMs));
            figure.Add("pauses: load tool", tool.Count);
            figure.Add("pauses: load tool, longest ms", tool.Longest.Select(pause => pause.DurationMs).DefaultIfEmpty().Max());
            figure.Add("pauses: load tool, collection ms", tool.GcMs);
        }
    }
}
