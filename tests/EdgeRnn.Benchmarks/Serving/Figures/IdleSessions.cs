using EdgeRnn.Benchmarks.Serving.Hosting;
using EdgeRnn.Cli.Load;

namespace EdgeRnn.Benchmarks.Serving.Figures;

/// <summary>The memory of an idle session.</summary>
internal static class IdleSessions
{
    private const int Sessions = 2000;
    private const double MaxKiB = 32;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(ServingOptions options, Figure figure)
    {
        for (int round = 0; round < options.Rounds; round++)
        {
            using Host server = await Host.StartAsync(HostKind.EdgeRnn, options.Models);
            await new Load(options.Model, 100, 10, 2, BlockSteps: 4).RunAsync(server);
            HostCounters before = await server.CountersAsync(collect: true);
            using var connections = new LoadConnections();
            var plan = new LoadPlan(options.Model, Sessions, 1, 1, TimeSpan.FromSeconds(1), null, null);
            await connections.OpenAsync(server.Address, plan, LoadPayloads.Random(options.FrameSize, 1), CancellationToken.None);
            await Task.Delay(Settling);
            HostCounters after = await server.CountersAsync(collect: true);
            figure.Add("managed KiB per session", (after.HeapBytes - before.HeapBytes) / 1024.0 / Sessions);
            figure.Add("resident KiB per session", (after.ResidentBytes - before.ResidentBytes) / 1024.0 / Sessions);
        }

        figure.AtMost("idle session, managed KiB with its blocks", MaxKiB, figure.Median("managed KiB per session"));
        figure.AtMost("idle session, resident KiB with its blocks and state", MaxKiB, figure.Median("resident KiB per session"));
    }
}
