using System.CommandLine;
using EdgeRnn.Cli.Demo;
using EdgeRnn.Cli.Simulation;
using EdgeRnn.Cli.Streaming;
using EdgeRnn.Client;
using EdgeRnn.Server;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Cli.Commands;

/// <summary><c>edgernn demo</c>: the real server with the embedded model, fed by a simulated sensor.</summary>
internal static class DemoCommand
{
    private const int DefaultSeconds = 15;
    private const int DefaultSeed = 1;
    private const int WarmUpFrames = 200;

    public static Command Create(Terminal terminal)
    {
        Option<int?> seconds = CommonOptions.Number("--seconds", "N", $"Length of the demo; default: {DefaultSeconds}", 1, 3600);
        Option<int?> seed = CommonOptions.Number("--seed", "S", $"Seed of the simulated machine; default: {DefaultSeed}", 0, int.MaxValue);
        return new Command("demo",
            "Starts the server in this process, streams a simulated sensor to it in real time, and shows what the model sees.")
        {
            seconds, seed,
        }
            .Runs(terminal, async (parsed, cancellation) =>
            {
                ulong machine = (ulong)(parsed.GetValue(seed) ?? DefaultSeed);
                var duration = TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? DefaultSeconds);
                await using EdgeRnnServer server = await EdgeRnnServer.StartAsync(
                    ServeEmbeddedModel, builder => builder.Logging.ClearProviders(), cancellation);
                await ServerFailure.Translate(server.GrpcAddress, () => RunAsync(server, machine, duration, terminal, cancellation));
            })
            .WithExamples("edgernn demo", "edgernn demo --seconds 60 --seed 42");
    }

    private static void ServeEmbeddedModel(EdgeRnnServerOptions options)
    {
        options.Models = null;
        options.Listen = "127.0.0.1";
        options.GrpcPort = options.HttpPort = 0;
    }

    private static async Task RunAsync(EdgeRnnServer server, ulong seed, TimeSpan duration, Terminal terminal, CancellationToken endOfInput)
    {
        using var client = new EdgeRnnClient(server.GrpcAddress);
        await WarmUpAsync(client, endOfInput);
        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions { ClientName = "demo" }, endOfInput);
        Introduce(server, stream, duration, terminal.Output);

        using var sensor = new SimulatedSensor(seed, duration);
        var transfer = new StreamTransfer(stream, sensor, MachineSimulator.FrameRate);
        var statistics = new DemoStatistics();
        long start = TimeProvider.System.GetTimestamp();
        await DemoView.For(terminal).ShowAsync(show => transfer.RunAsync(result => Deliver(result, show), endOfInput));
        DemoSummary.Write(terminal.Output, statistics, transfer.FramesSent, TimeProvider.System.GetElapsedTime(start));
        if (statistics.Frames == 0)
            throw new CliException("the demo: expected answers to its frames, found none");
        NextSteps.Write(terminal.Output);

        void Deliver(InferenceResult result, Action<IReadOnlyList<DemoMoment>> show)
        {
            TimeSpan roundTrip = StreamTransfer.RoundTrip(result);
            DemoMoment[] moments = [.. DemoMoment.Of(result, roundTrip, stream.Model.Labels, sensor)];
            statistics.Add(result, roundTrip, moments);
            show(moments);
        }
    }

    /// <summary>Gets the code on the frame path compiled, as it is in a server that has run for a while.</summary>
    private static async Task WarmUpAsync(EdgeRnnClient client, CancellationToken cancellation)
    {
        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions { ClientName = "demo" }, cancellation);
        await stream.WriteAsync(new float[WarmUpFrames * stream.Model.FrameSize], cancellationToken: cancellation);
        await stream.CompleteAsync(cancellation);
        await foreach (InferenceResult _ in stream.ReadResultsAsync(cancellation))
        {
        }
    }

    private static void Introduce(EdgeRnnServer server, InferenceStream stream, TimeSpan duration, TextWriter output)
    {
        ModelDescription model = stream.Model;
        output.WriteLine($"server    {server.GrpcAddress.GetLeftPart(UriPartial.Authority)}, in this process");
        output.WriteLine($"model     {model.Name} {model.Version}: {model.Layers} {model.Family} layers, {model.Parameters} parameters");
        double each = duration.TotalSeconds / MachineStates.All.Count;
        output.WriteLine($"sensor    a simulated machine, {MachineSimulator.FrameRate} frames/s of {model.FrameSize} values; "
            + FormattableString.Invariant($"its state changes every {each:0.#} s"));
        output.WriteLine($"stream    blocks of up to {stream.BlockSteps} frames; none waits longer than "
            + $"{stream.MaxBlockDelay.TotalMilliseconds} ms for its block to fill; {WarmUpFrames} frames to warm up");
        output.WriteLine();
    }
}
