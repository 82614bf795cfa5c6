using EdgeRnn.Benchmarks.Serving.Hosting;

namespace EdgeRnn.Benchmarks.Serving.Figures;

/// <summary>The round trip of one frame in blocks of one, on an otherwise idle machine.</summary>
internal static class RoundTrip
{
    private const int Frames = 5000, WarmUpFrames = 20_000;

    public static async Task RunAsync(ServingOptions options, Figure figure)
    {
        using Host edgeRnn = await Host.StartAsync(HostKind.EdgeRnn, options.Models);
        using Host echo = await Host.StartAsync(HostKind.Echo, options.Models);
        foreach (Host server in (Host[])[edgeRnn, echo])
            await PingPong.RunAsync(server.Address, options.Model, options.FrameSize, WarmUpFrames);
        for (int round = 0; round < options.Rounds; round++)
        {
            await MeasureAsync(edgeRnn, "edgernn");
            await MeasureAsync(echo, "echo");
        }

        figure.AtMost("round trip of one frame, p50 ÷ echo's", 1.3, figure.MedianRatio("edgernn p50 us", "echo p50 us"));

        async Task MeasureAsync(Host server, string name)
        {
            double[] times = await PingPong.RunAsync(server.Address, options.Model, options.FrameSize, Frames);
            Array.Sort(times);
            figure.Add($"{name} p50 us", times[times.Length / 2]);
            figure.Add($"{name} p99 us", times[times.Length * 99 / 100]);
        }
    }
}
