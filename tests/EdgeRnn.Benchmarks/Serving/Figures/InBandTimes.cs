using EdgeRnn.Benchmarks.Serving.Hosting;
using EdgeRnn.Cli.Load;

namespace EdgeRnn.Benchmarks.Serving.Figures;

/// <summary>The cost of the times that every result carries.</summary>
internal static class InBandTimes
{
    private const int Streams = 50, Rate = 200, Pairs = 10;

    public static async Task RunAsync(ServingOptions options, Figure figure)
    {
        using Host with = await Host.StartAsync(HostKind.WithTimes, options.Models);
        using Host without = await Host.StartAsync(HostKind.WithoutTimes, options.Models);
        var load = new Load(options.Model, Streams, Rate, options.Seconds, BlockSteps: 1);
        foreach (Host server in (Host[])[with, without])
            await (load with { Seconds = 2 }).RunAsync(server);
        for (int pair = 0; pair < Pairs; pair++)
        {
            // The first of a pair starts with the caches as the other server left them, so they take turns.
            if (pair % 2 == 0)
                await MeasureAsync(with, "with");
            await MeasureAsync(without, "without");
            if (pair % 2 != 0)
                await MeasureAsync(with, "with");
        }

        double[] differences = [.. figure.Samples["with"].Zip(figure.Samples["without"], (a, b) => a - b)];
        double mean = differences.Average();
        double error = Math.Sqrt(differences.Sum(difference => Math.Pow(difference - mean, 2)) / (Pairs - 1) / Pairs);
        figure.AtMost("in-band times: mean difference of processor time per message ÷ its standard error", 2.26, mean / error);

        async Task MeasureAsync(Host server, string name)
        {
            HostCounters before = await server.CountersAsync();
            LoadReport report = await load.RunAsync(server);
            HostCounters after = await server.CountersAsync();
            figure.Add(name, (after.CpuS - before.CpuS) * 1e6 / report.FramesAnswered);
        }
    }
}
