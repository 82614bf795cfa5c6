using EdgeRnn.Client;
using EdgeRnn.Server.Tests.Cli;

namespace EdgeRnn.Server.Tests.RealModels;

/// <summary>The trained models, imported by <c>edgernn import</c> and served by the server in a process of its own.</summary>
public sealed class RealModelServer : IAsyncLifetime, IDisposable
{
    public const string Digits = "fsdd-sru-100fps";
    public const string Motion = "difronzo-sru-10hz";

    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("edgernn-models-");
    private ServerProcess? _server;
    private EdgeRnnClient? _client;

    public async Task InitializeAsync()
    {
        if (!SharedData.IsPresent)
            return;
        foreach (string? name in new[] { Digits, Motion })
            await ImportAsync(_models, name);
        _server = ServerProcess.Start(["--models", _models.FullName, "--grpc-port", "0", "--http-port", "0"]);
        (Uri? address, Uri _) = await _server.ListeningAsync();
        _client = new EdgeRnnClient(address);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _client?.Dispose();
        _server?.Dispose();
        _models.Delete(recursive: true);
    }

    /// <summary>Streams the frames, [n][frame size], in a session of their own; returns the logits, [n][output size].</summary>
    public async Task<float[]> InferAsync(string model, ReadOnlyMemory<float> frames, int blockSteps, CancellationToken cancellationToken)
    {
        var options = new InferenceOptions { Model = model, BlockSteps = blockSteps };
        await using InferenceStream stream = await _client!.OpenAsync(options, cancellationToken);
        Task<float[]> reading = ReadAsync(stream, cancellationToken);
        await stream.WriteAsync(frames, cancellationToken: cancellationToken);
        await stream.CompleteAsync(cancellationToken);
        return await reading;
    }

    private static async Task<float[]> ReadAsync(InferenceStream stream, CancellationToken cancellationToken)
    {
        var outputs = new List<float>();
        await foreach (InferenceResult result in stream.ReadResultsAsync(cancellationToken))
            outputs.AddRange(result.Outputs.Span);
        return [.. outputs];
    }

    private static async Task ImportAsync(DirectoryInfo models, string name)
    {
        string trained = SharedData.PathOf($"trained/{name}");
        await CliRun.SucceedAsync(
            "import",
            "--config", Path.Combine(trained, "config.json"),
            "--weights", Path.Combine(trained, "weights.safetensors"),
            "--head", Path.Combine(trained, "head.safetensors"),
            "--head-activation", "none",
            "--output", Path.Combine(models.FullName, name));
    }
}
