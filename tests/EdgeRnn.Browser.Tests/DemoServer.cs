using System.Diagnostics;
using System.Runtime.CompilerServices;
using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Simulation;
using EdgeRnn.Cli.Streaming;
using EdgeRnn.Client;

namespace EdgeRnn.Browser.Tests;

/// <summary><c>edgernn serve</c> with the embedded model, and simulated sensors that stream to it until it ends.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private const int FramesBeforeTheStall = 60;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly EdgeRnnClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<InferenceStream> _streams = [];
    private readonly List<Task> _sensors = [];

    private DemoServer(Process process, Uri grpc, Uri page)
    {
        _process = process;
        _client = new EdgeRnnClient(grpc);
        Page = page;
    }

    public Uri Page { get; }

    public static async Task<DemoServer> StartAsync()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "edgernn.dll");
        Process process = Process.Start(
            new ProcessStartInfo("dotnet", [program, "serve", "--grpc-port", "0", "--http-port", "0"]) { RedirectStandardOutput = true })!;
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(MaxWait);
        string[] words = line?.Split(' ') ?? throw new InvalidOperationException("the server did not start");
        return new DemoServer(process, new Uri(words[1]["grpc=".Length..]), new Uri(words[2]["http=".Length..]));
    }

    /// <summary>A sensor that streams without end.</summary>
    /// <returns>The id of its session.</returns>
    public async Task<string> RunSensorAsync(ulong seed)
    {
        InferenceStream stream = await OpenAsync();
        _sensors.Add(new StreamTransfer(stream, new Machine(seed), MachineSimulator.FrameRate).RunAsync(_ => { }, _stop.Token));
        return stream.SessionId;
    }

    /// <summary>A sensor that sends some frames at once and then falls silent.</summary>
    /// <inheritdoc cref="RunSensorAsync" path="/returns"/>
    public async Task<string> StallSensorAsync(ulong seed)
    {
        InferenceStream stream = await OpenAsync();
        await foreach (ReadOnlyMemory<float> frame in new Machine(seed).ReadAsync(stream.Model.FrameSize, _stop.Token).Take(FramesBeforeTheStall))
            await stream.WriteAsync(frame).WaitAsync(MaxWait);
        return stream.SessionId;
    }

    /// <summary>Ends the server without a drain, as a power failure would.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Kill();
        foreach (Task sensor in _sensors)
            await sensor.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (InferenceStream stream in _streams)
            await stream.DisposeAsync();
        _client.Dispose();
        await _process.WaitForExitAsync().WaitAsync(MaxWait);
        _process.Dispose();
    }

    private async Task<InferenceStream> OpenAsync()
    {
        InferenceStream stream = await _client.OpenAsync(new InferenceOptions()).WaitAsync(MaxWait);
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
            float[] frame = new float[frameSize];
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
