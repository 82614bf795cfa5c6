using EdgeRnn.Protocol.V1;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Server;

public sealed class ModelsTests
{
    [Fact]
    public async Task ListModels_TwoPackages_DescribesBothInOrder()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.Runtime.MaxBlockSteps = 33);

        RepeatedField<ModelInfo> models = (await server.Service.ListModelsAsync(new ListModelsRequest()).ResponseAsync.Soon()).Models;

        Assert.Equal(["first", "second"], models.Select(model => model.Name));
        Assert.Equal(["reject", "pass"], models.Select(model => model.NonFinite));
        ModelInfo first = models[0];
        Assert.Equal(("1", "sru", "none"), (first.Version, first.Family, first.OutputActivation));
        Assert.Equal((7u, 13u, 2u, 33u), (first.FrameSize, first.OutputSize, first.Layers, first.MaxBlockSteps));
        Assert.Equal(50, first.FrameRateHz);
        Assert.Equal("fp32", first.Precision);
        Assert.Equal(64, first.Fingerprint.Length);
        Assert.Equal(first.Parameters * 4, first.WeightBytes);
        Assert.InRange(first.SessionBytes, 3ul * 16 * 20 * 4, 1ul << 20);
    }

    [Fact]
    public async Task GetModel_Known_IsTheOneInTheList()
    {
        await using TestServer server = await TestServer.StartAsync();
        RepeatedField<ModelInfo> models = (await server.Service.ListModelsAsync(new ListModelsRequest()).ResponseAsync.Soon()).Models;

        GetModelResponse second = await server.Service.GetModelAsync(new GetModelRequest { Name = "second" }).ResponseAsync.Soon();

        Assert.Equal(models[1], second.Model);
    }

    [Theory]
    [InlineData("")]
    [InlineData("third")]
    public async Task GetModel_Unknown_IsNotFound(string name)
    {
        await using TestServer server = await TestServer.StartAsync();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            () => server.Service.GetModelAsync(new GetModelRequest { Name = name }).ResponseAsync.Soon());

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
        Assert.Contains($"expected one of first, second, found '{name}'", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetModel_UnknownWithALongName_IsNotFoundAndQuotesItsBeginning()
    {
        await using TestServer server = await TestServer.StartAsync();
        var request = new GetModelRequest { Name = "\u202E" + new string('x', 50_000) };

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => server.Service.GetModelAsync(request).ResponseAsync.Soon());

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
        Assert.EndsWith(
            $"found '\\u{{202E}}{new string('x', 63)}… (50001 characters)'", failure.Status.Detail, StringComparison.Ordinal);
    }
}
