using EdgeRnn.Benchmarks.Serving.Hosting;

namespace EdgeRnn.Benchmarks.Serving.Figures;

/// <summary>Eight saturating streams of a model larger than the caches, with and without sharing weight passes.</summary>
internal static class SharedPasses
{
    private const int Streams = 8, Steps = 4;

    public static async Task RunAsync(ServingOptions options, Figure figure)
    {
        using var package = new LargePackage();
        using Host shared = await Host.StartAsync(HostKind.EdgeRnn, package.Directory);
        using Host unshared = await Host.StartAsync(HostKind.EdgeRnn, package.Directory,
            ("DefaultBlockSteps", Steps), ("MaxBlockSteps", Steps), ("MaxPassColumns", Steps));
        var load = new Load(LargePackage.Name, Streams, null, options.Seconds, Steps, Steps);
        foreach (Host server in (Host[])[shared, unshared])
            await (load with { Seconds = 2 }).RunAsync(server);
        for (int round = 0; round < options.Rounds; round++)
        {
            figure.Add("shared frames/s", (await load.RunAsync(shared)).FramesPerS);
            figure.Add("unshared frames/s", (await load.RunAsync(unshared)).FramesPerS);
        }

        figure.AtLeast($"8 streams, {LargePackage.WeightBytes >> 20} MiB, shared ÷ unshared", 2.5,
            figure.MedianRatio("shared frames/s", "unshared frames/s"));
    }
}
