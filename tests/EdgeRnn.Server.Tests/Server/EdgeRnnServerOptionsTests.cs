namespace EdgeRnn.Server.Tests.Server;

public sealed class EdgeRnnServerOptionsTests
{
    [Fact]
    public void Validate_Defaults_FindsNothing() => Assert.Empty(new EdgeRnnServerOptions().Validate());

    [Fact]
    public void Validate_FreePortsForBoth_FindsNothing() =>
        Assert.Empty(new EdgeRnnServerOptions { GrpcPort = 0, HttpPort = 0 }.Validate());

    [Fact]
    public void Validate_SeveralWrong_ListsEachWithItsValue()
    {
        var options = new EdgeRnnServerOptions
        {
            Listen = "all",
            GrpcPort = 65_536,
            HttpPort = -1,
            MaxMessageBytes = 1023,
            MaxStreamsPerConnection = 0,
        };
        options.Runtime.MaxSessions = 0;

        Assert.Equal(
            [
                "Listen must be an IP address or *, found 'all'",
                "GrpcPort must be from 0 to 65535, found 65536",
                "HttpPort must be from 0 to 65535, found -1",
                "MaxStreamsPerConnection must be from 1 to 10000, found 0",
                "MaxMessageBytes must be from 1024 to 67108864, found 1023",
                "Runtime:MaxSessions must be from 1 to 100000, found 0",
            ],
            options.Validate());
    }

    [Fact]
    public void Validate_SamePortTwice_IsAnError()
    {
        var options = new EdgeRnnServerOptions { GrpcPort = 9000, HttpPort = 9000 };

        Assert.Equal(["GrpcPort and HttpPort must differ, found 9000 for both"], options.Validate());
    }
}
