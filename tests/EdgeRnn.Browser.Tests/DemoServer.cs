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
    private const int FramesAtOnce = 60;
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

    /// <param name="withBrokenPackage">Whether a package beside the good one cannot be loaded.</param>
    public static async Task<DemoServer> StartAsync(bool withBrokenPackage = false)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "edgernn.dll");
        string[] models = withBrokenPackage ? ["--models", ModelsWithABrokenOne()] : [];
        Process process = Process.Start(new ProcessStartInfo("dotnet", [program, "serve", "--grpc-port", "0", "--http-port", "0", .. models])
        {
            RedirectStandardOutput = true,
        })!;
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(MaxWait);
        string[] words = line?.Split(' ') ?? throw new InvalidOperationException("the server did not start");
        return new DemoServer(process, new Uri(words[1]["grpc=".Length..]), new Uri(words[2]["http=".Length..]));
    }

    /// <summary>A sensor that streams without end.</summary>
    /// <param name="rate">Frames per second.</param>
    /// <returns>The id of its session.</returns>
    public async Task<string> RunSensorAsync(ulong seed, string name = "", double rate = MachineSimulator.FrameRate)
    {
        InferenceStream stream = await OpenAsync(new InferenceOptions { ClientName = name, LatencyBudget = TimeSpan.FromMilliseconds(100) });
        _sensors.Add(new StreamTransfer(stream, new Machine(seed), rate).RunAsync(_ => { }, _stop.Token));
        return stream.SessionId;
    }

    /// <summary>A sensor that sends some frames at once and then falls silent.</summary>
    /// <inheritdoc cref="RunSensorAsync" path="/returns"/>
    public async Task<string> StallSensorAsync(ulong seed, string name = "")
    {
        InferenceStream stream = await OpenAsync(new InferenceOptions { ClientName = name });
        await SendAsync(stream, seed);
        return stream.SessionId;
    }

    /// <summary>A sensor that sends more at once, again and again, than is computed within its longest wait or, if it is told to, at all.</summary>
    public async Task OverloadSensorAsync(string name, OverloadPolicy policy)
    {
        bool drops = policy == OverloadPolicy.Reject;
        InferenceStream stream = await OpenAsync(new InferenceOptions
        {
            ClientName = name,
            BlockSteps = drops ? 1 : 128,
            MaxBlockDelay = TimeSpan.FromMilliseconds(1),
            OverloadPolicy = policy,
        });
        float[] frames = new float[16_384 * stream.Model.FrameSize];
        _sensors.Add(Task.WhenAll(DrainAsync(stream), RepeatAsync()));

        async Task RepeatAsync()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            do
                await stream.WriteAsync(frames, cancellationToken: _stop.Token);
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
    }

    /// <summary>A sensor that sends some frames, then a value that the model refuses.</summary>
    public async Task FailSensorAsync(ulong seed, string name)
    {
        InferenceStream stream = await OpenAsync(new InferenceOptions { ClientName = name });
        await SendAsync(stream, seed);
        float[] broken = new float[stream.Model.FrameSize];
        broken[1] = float.NaN;
        await stream.WriteAsync(broken).WaitAsync(MaxWait);
        await Assert.ThrowsAsync<EdgeRnnException>(() => DrainAsync(stream)).WaitAsync(MaxWait);
    }

    /// <summary>A sensor that sends some frames and ends as it should.</summary>
    public async Task EndSensorAsync(ulong seed, string name)
    {
        InferenceStream stream = await OpenAsync(new InferenceOptions { ClientName = name });
        await SendAsync(stream, seed);
        await stream.CompleteAsync().WaitAsync(MaxWait);
        await DrainAsync(stream).WaitAsync(MaxWait);
    }

    /// <summary>A sensor that asks for a model that is not there.</summary>
    public Task RefuseSensorAsync(string name) =>
        Assert.ThrowsAsync<EdgeRnnException>(() => OpenAsync(new InferenceOptions { ClientName = name, Model = "no-such-model" }));

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

    private async Task<InferenceStream> OpenAsync(InferenceOptions options)
    {
        string model = options.Model.Length > 0 ? options.Model : "machine-vibration";
        InferenceStream stream = await _client.OpenAsync(options with { Model = model }).WaitAsync(MaxWait);
        _streams.Add(stream);
        return stream;
    }

    private async Task SendAsync(InferenceStream stream, ulong seed)
    {
        await foreach (ReadOnlyMemory<float> frame in new Machine(seed).ReadAsync(stream.Model.FrameSize, _stop.Token).Take(FramesAtOnce))
            await stream.WriteAsync(frame).WaitAsync(MaxWait);
    }

    private static async Task DrainAsync(InferenceStream stream)
    {
        await foreach (InferenceResult _ in stream.ReadResultsAsync())
        {
        }
    }

    private static string ModelsWithABrokenOne()
    {
        string folder = Directory.CreateTempSubdirectory("edgernn-browser-").FullName;
        string good = Path.Combine(folder, "machine-vibration");
        Directory.CreateDirectory(good);
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "src/EdgeRnn.Runtime/Models/Embedded/machine-vibration")))
            File.Copy(file, Path.Combine(good, Path.GetFileName(file)));
        Directory.CreateDirectory(Path.Combine(folder, "pump-model"));
        File.WriteAllText(Path.Combine(folder, "pump-model", "model.json"), "{");
        return folder;
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
