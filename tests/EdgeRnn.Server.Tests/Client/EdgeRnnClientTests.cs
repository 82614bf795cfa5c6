using EdgeRnn.Client;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Client;

public sealed class EdgeRnnClientTests
{
    [Fact]
    public async Task ListModelsAsync_TwoModels_DescribesThem()
    {
        await using TestServer server = await TestServer.StartAsync();

        IReadOnlyList<ModelDescription> models = await server.Client.ListModelsAsync().Soon();

        Assert.Equal(["first", "second"], models.Select(model => model.Name));
        ModelDescription first = models[0];
        ModelDescription second = await server.Client.GetModelAsync("second").Soon();
        Assert.Equal((7, 13, 50d, 2, "reject"), (first.FrameSize, first.OutputSize, first.FrameRateHz, first.Layers, first.NonFinite));
        Assert.Equal(models[1].Fingerprint, second.Fingerprint);
    }

    [Fact]
    public async Task GetModelAsync_Unknown_ThrowsNotFound()
    {
        await using TestServer server = await TestServer.StartAsync();

        EdgeRnnException failure = await Assert.ThrowsAsync<EdgeRnnException>(() => server.Client.GetModelAsync("third").Soon());

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
    }

    [Fact]
    public async Task Calls_NoServer_ThrowUnavailable()
    {
        Uri address;
        await using (TestServer server = await TestServer.StartAsync())
            address = server.Server.GrpcAddress;
        using var client = new EdgeRnnClient(address);

        EdgeRnnException listing = await Assert.ThrowsAsync<EdgeRnnException>(() => client.ListModelsAsync().Soon());
        EdgeRnnException opening = await Assert.ThrowsAsync<EdgeRnnException>(() => client.OpenAsync(new InferenceOptions()).Soon());

        Assert.Equal((StatusCode.Unavailable, StatusCode.Unavailable), (listing.StatusCode, opening.StatusCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_OtherPortOrProtocol_HintAtTheGrpcPort(bool https)
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = new EdgeRnnClient(
            https ? new UriBuilder(server.Server.GrpcAddress) { Scheme = Uri.UriSchemeHttps }.Uri : server.Server.HttpAddress);

        await AssertHintAsync(() => client.ListModelsAsync().Soon());
        await AssertHintAsync(() => client.OpenAsync(new InferenceOptions()).Soon());

        // The HTTP port closes the connection right after it has said which protocol it speaks. If the client sends meanwhile, the reset may
        // overtake that.
        static async Task AssertHintAsync(Func<Task> call)
        {
            const string Hint = "the gRPC port speaks plaintext HTTP/2, such as http://127.0.0.1:8001; `edgernn serve` has no TLS yet";
            EdgeRnnException failure;
            int attempts = 0;
            do
                failure = await Assert.ThrowsAsync<EdgeRnnException>(call);
            while (failure.Detail.Contains("reset", StringComparison.Ordinal) && ++attempts < 10);
            Assert.StartsWith(Hint, failure.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ListModelsAsync_TokenCancelled_ThrowsOperationCanceled()
    {
        await using TestServer server = await TestServer.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => server.Client.ListModelsAsync(new CancellationToken(canceled: true)).Soon());
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(null, -1)]
    public async Task OpenAsync_NegativeNumber_ThrowsArgumentException(int? blockSteps, int? outputEvery)
    {
        await using TestServer server = await TestServer.StartAsync();
        var options = new InferenceOptions { Model = "first", BlockSteps = blockSteps, OutputEvery = outputEvery };

        await Assert.ThrowsAnyAsync<ArgumentException>(() => server.Client.OpenAsync(options).Soon());
    }
}
