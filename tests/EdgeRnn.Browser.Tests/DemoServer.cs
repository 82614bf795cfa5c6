using System.Runtime.CompilerServices;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Simulation;
using EdgeRnn.Cli.Streaming;
using EdgeRnn.Client;
using EdgeRnn.Server;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Browser.Tests;

/// <summary>The real server in this process with the embedded model, and simulated sensors that stream to it until it goes.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private const int FramesBeforeTheStall = 60;

    private readonly EdgeRnnServer _server;
    private readonly EdgeRnnClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<InferenceStream> _streams = [];
    private readonly List<Task> _sensors = [];

    private DemoServer(EdgeRnnServer server) => (_server, _client) = (server, new EdgeRnnClient(server.GrpcAddress));

    public Uri Page => _server.HttpAddress;

    public static async Task<DemoServer> StartAsync() => new(await EdgeRnnServer.StartAsync(
        options => (options.Models, options.Listen, options.GrpcPort, options.HttpPort) = (null, "127.0.0.1", 0, 0),
        builder => builder.Logging.ClearProviders()));

    /// <summary>A sensor that goes on and on.</summary>
    /// <returns>Its session.</returns>
    public async Task<string> RunSensorAsync(ulong seed)
    {
        InferenceStream stream = await OpenAsync();
        _sensors.Add(new StreamTransfer(stream, new Machine(seed), MachineSimulator.FrameRate).RunAsync(_ => { }, _stop.Token));
        return stream.SessionId;
    }

    /// <summary>A sensor that gives some frames at once, and then nothing more.</summary>
    /// <inheritdoc cref="RunSensorAsync" path="/returns"/>
    public async Task<string> StallSensorAsync(ulong seed)
    {
        InferenceStream stream = await OpenAsync();
        await foreach (ReadOnlyMemory<float> frame in new Machine(seed).ReadAsync(stream.Model.FrameSize, _stop.Token).Take(FramesBeforeTheStall))
            await stream.WriteAsync(frame);
        return stream.SessionId;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (Task sensor in _sensors) await sensor.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (InferenceStream stream in _streams) await stream.DisposeAsync();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<InferenceStream> OpenAsync()
    {
        InferenceStream stream = await _client.OpenAsync(new InferenceOptions());
        _streams.Add(stream);
        return stream;
    }

    private sealed class Machine(ulong seed) : FrameInput
    {
        private readonly MachineSimulator _machine = new(seed);

        public override async IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync(
            int frameSize, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            var frame = new float[frameSize];
            foreach (MachineEpisode episode in MachineScenario.Random(seed))
            {
                _machine.State = episode.State;
                for (int i = 0; i < episode.Frames; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    _machine.NextFrame(frame);
                    yield return frame;
                }
            }
        }

        public override void Dispose()
        {
        }
    }
}
