using EdgeRnn.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Server;

/// <summary>Request streams that are not messages of the contract, or not messages at all.</summary>
public sealed class GarbageTests
{
    private static readonly byte[] Open =
        RawHttp.Framed(new StreamInferRequest { Open = new OpenSession { Model = "first" } }.ToByteArray());

    public static TheoryData<byte[], StatusCode, string> Bodies => new()
    {
        { RawHttp.Framed([0xFF, 0xFF, 0xFF, 0xFF]), StatusCode.InvalidArgument, "expected a serialized StreamInferRequest" },
        { [.. Open, .. RawHttp.Framed([0x12, 0x7F, 0x01])], StatusCode.InvalidArgument, "expected a serialized StreamInferRequest" },
        { [.. Open, 0, 0, 0, 0, 10, 1, 2, 3], StatusCode.InvalidArgument, "ncomplete message" },
        { [.. Open, 7, 0, 0, 0, 1, 1], StatusCode.InvalidArgument, "message: " },
        { [.. Open, 1, 0, 0, 0, 1, 1], StatusCode.InvalidArgument, "message: " },
        { [.. Open, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1], StatusCode.ResourceExhausted, "at most 1048576 bytes" },
        { [0, 0, 0x10, 0, 1, 1], StatusCode.ResourceExhausted, "at most 1048576 bytes" },
        { [], StatusCode.InvalidArgument, "expected open" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task StreamInfer_BrokenBody_HasItsStatus(byte[] body, StatusCode status, string message)
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = new HttpClient();

        Status found = await RawHttp.StreamInferAsync(client, server.Server.GrpcAddress, body);

        Assert.Equal(status, found.StatusCode);
        Assert.Contains(message, found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StreamInfer_RandomBytes_NeverFailsTheServer()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = new HttpClient();
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            byte[] noise = new byte[random.Next(1, 100)];
            random.NextBytes(noise);
            byte[] body = random.Next(3) switch
            {
                0 => noise,
                1 => [.. Open, .. noise],
                _ => [.. Open, .. RawHttp.Framed(noise)],
            };

            Status found = await RawHttp.StreamInferAsync(client, server.Server.GrpcAddress, body);

            Assert.True(
                found.StatusCode is StatusCode.InvalidArgument or StatusCode.ResourceExhausted,
                $"seed {seed}: {found.StatusCode} {found.Detail}");
        }

        Assert.Equal(0, server.Sessions.ActiveSessions);
    }
}
