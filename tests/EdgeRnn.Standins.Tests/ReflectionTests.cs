using Google.Protobuf.Reflection;
using Grpc.Core;
using Alpha = Grpc.Reflection.V1Alpha;
using V1 = Grpc.Reflection.V1;

namespace EdgeRnn.Standins.Tests;

public sealed class ReflectionTests
{
    private static readonly string[] MappedServices =
        ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];

    [Fact]
    public async Task ListServices_V1_NamesEveryMappedService()
    {
        await using var server = await TestServer.StartAsync();

        var response = await AskAsync(server, new V1.ServerReflectionRequest { ListServices = "" });

        Assert.Equal(MappedServices, response.ListServicesResponse.Service.Select(service => service.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ListServices_V1Alpha_NamesEveryMappedService()
    {
        await using var server = await TestServer.StartAsync();

        var response = await AskAsync(server, new Alpha.ServerReflectionRequest { ListServices = "" });

        Assert.Equal(MappedServices, response.ListServicesResponse.Service.Select(service => service.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("grpc.health.v1.Health")]
    [InlineData("grpc.health.v1.Health.Watch")]
    [InlineData("grpc.health.v1.HealthCheckResponse.ServingStatus")]
    public async Task FileContainingSymbol_DeclaredSymbol_IsItsFile(string symbol)
    {
        await using var server = await TestServer.StartAsync();

        var response = await AskAsync(server, new V1.ServerReflectionRequest { FileContainingSymbol = symbol });

        var file = FileDescriptorProto.Parser.ParseFrom(Assert.Single(response.FileDescriptorResponse.FileDescriptorProto));
        Assert.Equal("grpc.health.v1", file.Package);
    }

    [Fact]
    public async Task FileByFilename_UnknownFile_IsNotFound()
    {
        await using var server = await TestServer.StartAsync();

        var response = await AskAsync(server, new V1.ServerReflectionRequest { FileByFilename = "elsewhere.proto" });

        Assert.Equal((int)StatusCode.NotFound, response.ErrorResponse.ErrorCode);
    }

    private static Task<V1.ServerReflectionResponse> AskAsync(TestServer server, V1.ServerReflectionRequest request) =>
        AskAsync(new V1.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo(), request);

    private static Task<Alpha.ServerReflectionResponse> AskAsync(TestServer server, Alpha.ServerReflectionRequest request) =>
        AskAsync(new Alpha.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo(), request);

    private static async Task<TResponse> AskAsync<TRequest, TResponse>(AsyncDuplexStreamingCall<TRequest, TResponse> call, TRequest request)
        where TResponse : class
    {
        using var _ = call;
        await call.RequestStream.WriteAsync(request).WaitAsync(TestServer.Patience);
        await call.RequestStream.CompleteAsync().WaitAsync(TestServer.Patience);
        Assert.True(await call.ResponseStream.MoveNext().WaitAsync(TestServer.Patience));
        return call.ResponseStream.Current;
    }
}
