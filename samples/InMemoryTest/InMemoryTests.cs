using EdgeRnn.Client;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace InMemoryTest;

/// <summary>Tests an application's use of EdgeRnn with the real server, in memory: no port, no process, no network.</summary>
public sealed class InMemoryTests : IAsyncLifetime
{
    private WebApplication? _app;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer(); // Instead of Kestrel.
        builder.Services.AddEdgeRnn(options => options.Models = null); // The model that comes with EdgeRnn; yours is a folder.
        _app = builder.Build();
        _app.MapEdgeRnn();
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app!.DisposeAsync();

    [Fact]
    public async Task Stream_TenFrames_AnswersEachWithProbabilities()
    {
        using GrpcChannel channel = Connect();
        using var client = new EdgeRnnClient(channel);

        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions());
        await stream.WriteAsync(new float[10 * stream.Model.FrameSize]);
        await stream.CompleteAsync();
        List<float> outputs = [];
        await foreach (InferenceResult result in stream.ReadResultsAsync())
            outputs.AddRange(result.Outputs.Span);

        Assert.Equal(10, stream.End!.FramesComputed);
        Assert.All(outputs.Chunk(stream.Model.OutputSize), output => Assert.Equal(1, output.Sum(), tolerance: 1e-5));
    }

    [Fact]
    public async Task Open_UnknownModel_ThrowsNotFound()
    {
        using GrpcChannel channel = Connect();
        using var client = new EdgeRnnClient(channel);

        EdgeRnnException failure = await Assert.ThrowsAsync<EdgeRnnException>(
            () => client.OpenAsync(new InferenceOptions { Model = "no-such-model" }));

        Assert.Equal(Grpc.Core.StatusCode.NotFound, failure.StatusCode);
    }

    /// <summary>A channel whose handler is the in-memory server. The address is never resolved.</summary>
    private GrpcChannel Connect() =>
        GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = _app!.GetTestServer().CreateHandler() });
}
