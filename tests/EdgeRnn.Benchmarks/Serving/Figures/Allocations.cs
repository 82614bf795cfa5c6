using EdgeRnn.Benchmarks.Serving.Hosting;
using EdgeRnn.Cli.Load;

namespace EdgeRnn.Benchmarks.Serving.Figures;

/// <summary>What the server allocates for a message and its result.</summary>
internal static class Allocations
{
    private const int Streams = 50, Rate = 100;
    private const double MaxBeyondEcho = 150;

    public static async Task RunAsync(ServingOptions options, Figure figure)
    {
        using Host edgeRnn = await Host.StartAsync(HostKind.EdgeRnn, options.Models);
        using Host echo = await Host.StartAsync(HostKind.Echo, options.Models);
        var load = new Load(options.Model, Streams, Rate, options.Seconds, BlockSteps: 1);
        foreach (Host server in (Host[])[edgeRnn, echo])
            await (load with { Seconds = 2 }).RunAsync(server);
        for (int round = 0; round < options.Rounds; round++)
        {
            await MeasureAsync(edgeRnn, "edgernn");
            await MeasureAsync(echo, "echo");
        }

        figure.AtMost("allocated bytes per message beyond the echo's", MaxBeyondEcho,
            figure.Median("edgernn bytes per message") - figure.Median("echo bytes per message"));

        async Task MeasureAsync(Host server, string name)
        {
            HostCounters before = await server.CountersAsync();
            LoadReport report = await load.RunAsync(server);
            HostCounters after = await server.CountersAsync();
            figure.Add($"{name} bytes per message", (double)(after.AllocatedBytes - before.AllocatedBytes) / report.FramesAnswered);
            figure.Add($"{name} us of processor per message", (after.CpuS - before.CpuS) * 1e6 / report.FramesAnswered);
        }
    }
}
