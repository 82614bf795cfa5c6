using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Server.Rpc;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Server;

/// <summary>A client that breaks the contract learns what was wrong, and the frames accepted before are answered.</summary>
public sealed class BadInputTests
{
    private static readonly StreamInferRequest Open = new() { Open = new OpenSession { Model = "first" } };

    public static TheoryData<StreamInferRequest, string> NotOpen => new()
    {
        { new StreamInferRequest { Frames = new Frames { Data = FramePayload.Pack(new float[7]) } }, "found frames" },
        { new StreamInferRequest { Flush = new Flush() }, "found flush" },
        { new StreamInferRequest { Reset = new Reset() }, "found reset" },
        { new StreamInferRequest(), "found none" },
    };

    [Theory]
    [MemberData(nameof(NotOpen))]
    public async Task FirstMessage_NotOpen_IsInvalidArgument(StreamInferRequest request, string found)
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = server.Raw();
        await stream.SendAsync(request);

        RawStream.Rest rest = await stream.ReadToEndAsync();

        Assert.Empty(rest.Responses);
        Assert.Equal(StatusCode.InvalidArgument, rest.Status.StatusCode);
        Assert.Contains("expected open", rest.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(found, rest.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HalfClose_WithoutOpen_IsInvalidArgument()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = server.Raw();
        await stream.CompleteAsync();

        RawStream.Rest rest = await stream.ReadToEndAsync();

        Assert.Equal(StatusCode.InvalidArgument, rest.Status.StatusCode);
        Assert.Contains("expected open", rest.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_UnknownModel_IsNotFound()
    {
        RawStream.Rest rest = await RefusedAsync(new OpenSession { Model = "third" });

        Assert.Equal(StatusCode.NotFound, rest.Status.StatusCode);
        Assert.Contains("open.model: expected one of first, second, found 'third'", rest.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_UnknownModelWithALongName_IsNotFound()
    {
        RawStream.Rest rest = await RefusedAsync(new OpenSession { Model = new string('x', 50_000) });

        Assert.Equal(StatusCode.NotFound, rest.Status.StatusCode);
        Assert.Contains("x… (50000 characters)", rest.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFailure_DetailThatQuotesTheClient_IsShortAndVisible()
    {
        var framing = new RpcException(new Status(StatusCode.Unimplemented, "\u202E" + new string('x', 10_000)));

        string message = ReadFailure.From(framing, clientGone: false, maxMessageBytes: 1024).Message;

        Assert.Equal($"message: \\u{{202E}}{new string('x', 255)}… (10001 characters)", message);
    }

    public static TheoryData<OpenSession, string> OutOfRange => new()
    {
        { new OpenSession { Model = "first", BlockSteps = 0 }, "block_steps: expected 1 to 128, found 0" },
        { new OpenSession { Model = "first", BlockSteps = 129 }, "block_steps: expected 1 to 128, found 129" },
        { new OpenSession { Model = "first", BlockSteps = uint.MaxValue }, "block_steps: expected 1 to 128, found 4294967295" },
        { new OpenSession { Model = "first", MaxBlockDelayMs = 0 }, "max_block_delay_ms: expected 1 to 60000, found 0" },
        { new OpenSession { Model = "first", MaxBlockDelayMs = 60_001 }, "max_block_delay_ms: expected 1 to 60000, found 60001" },
        { new OpenSession { Model = "first", MaxBlockDelayMs = uint.MaxValue }, "max_block_delay_ms: expected 1 to 60000" },
        { new OpenSession { Model = "first", OutputEvery = 0 }, "output_every: expected 1 to 1000000, found 0" },
        { new OpenSession { Model = "first", OutputEvery = 1_000_001 }, "output_every: expected 1 to 1000000, found 1000001" },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public async Task Open_OptionOutOfRange_IsInvalidArgument(OpenSession open, string message)
    {
        RawStream.Rest rest = await RefusedAsync(open);

        Assert.Equal(StatusCode.InvalidArgument, rest.Status.StatusCode);
        Assert.Contains(message, rest.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TooManySessions_IsResourceExhaustedUntilOneEnds()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.Runtime.MaxSessions = 1);
        using RawStream first = await server.OpenRawAsync();
        using RawStream refused = server.Raw();
        await refused.SendAsync(Open);

        RawStream.Rest rest = await refused.ReadToEndAsync();
        await first.CompleteAsync();
        await first.ReadToEndAsync();
        using RawStream second = await server.OpenRawAsync();

        Assert.Equal(StatusCode.ResourceExhausted, rest.Status.StatusCode);
        Assert.Equal("sessions: expected at most 1 open, found 2 with this one", rest.Status.Detail);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(27)]
    [InlineData(29)]
    [InlineData(2)]
    public async Task Frames_NotWhole_IsInvalidArgumentAfterAcceptedOnesWereAnswered(int bytes) =>
        await AssertInvalidAsync(
            new StreamInferRequest { Frames = new Frames { Data = ByteString.CopyFrom(new byte[bytes]) } },
            $"frames.data: expected one or more whole frames of 28 bytes (7 values of 4 bytes), found {bytes} bytes");

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public async Task Frames_NotFiniteForAModelThatRejects_IsInvalidArgument(float value, string found)
    {
        float[] frames = new float[2 * SamplePackages.Inputs];
        frames[SamplePackages.Inputs + 4] = value;

        await AssertInvalidAsync(
            new StreamInferRequest { Frames = new Frames { Data = FramePayload.Pack(frames) } },
            "frames.data: expected finite values", $"found {found} at frame 4, value 4");
    }

    [Fact]
    public async Task Frames_OtherFirstIndex_IsInvalidArgument() =>
        await AssertInvalidAsync(
            new StreamInferRequest { Frames = new Frames { Data = FramePayload.Pack(new float[7]), FirstIndex = 4 } },
            "frames.first_index: expected 3, found 4");

    [Fact]
    public async Task Open_Twice_IsInvalidArgument() =>
        await AssertInvalidAsync(Open, "expected frames, flush or reset, found open");

    [Fact]
    public async Task Request_WithoutField_IsInvalidArgument() =>
        await AssertInvalidAsync(new StreamInferRequest(), "expected frames, flush or reset, found none");

    [Fact]
    public async Task Frames_NotFiniteForAModelThatPasses_AreComputed()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(5, seed: 3);
        frames[9] = float.NaN;
        frames[17] = float.NegativeInfinity;
        using RawStream stream = await server.OpenRawAsync(new OpenSession { Model = "second" });
        await stream.SendFramesAsync(frames);
        await stream.CompleteAsync();

        RawStream.Rest rest = await stream.ReadToEndAsync();

        Assert.Equal(StatusCode.OK, rest.Status.StatusCode);
        Bits.AssertEqual(server.Expected(frames, "second"), rest.Outputs);
    }

    [Fact]
    public async Task Message_OverTheLimit_IsResourceExhaustedAfterTheAcceptedFramesWereAnswered()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.MaxMessageBytes = 4096);
        float[] frames = SamplePackages.Frames(3, seed: 3);
        using RawStream stream = await server.OpenRawAsync();
        await stream.SendFramesAsync(frames);
        await stream.SendFramesAsync(new float[147 * SamplePackages.Inputs]);

        RawStream.Rest rest = await stream.ReadToEndAsync();

        rest.AssertEnd(EndReason.MessageTooLarge, StatusCode.ResourceExhausted, "at most 4096 bytes");
        Bits.AssertEqual(server.Expected(frames), rest.Outputs);
    }

    [Fact]
    public async Task Message_JustBelowTheLimitAndOverTheFlowControlWindow_IsAccepted()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(37_000, seed: 4);
        using RawStream stream = await server.OpenRawAsync(new OpenSession { Model = "first", BlockSteps = 128 });
        Task sending = stream.SendFramesAsync(frames);

        Task<RawStream.Rest> reading = stream.ReadToEndAsync();
        await sending.Soon();
        await stream.CompleteAsync();

        Bits.AssertEqual(server.Expected(frames), (await reading).Outputs);
    }

    private static async Task<RawStream.Rest> RefusedAsync(OpenSession open)
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = server.Raw();
        await stream.SendAsync(new StreamInferRequest { Open = open });
        RawStream.Rest rest = await stream.ReadToEndAsync();
        Assert.Empty(rest.Responses);
        Assert.Equal(0, server.Sessions.ActiveSessions);
        return rest;
    }

    /// <summary>Sends a request that breaks the contract after three correct frames.</summary>
    private static async Task AssertInvalidAsync(StreamInferRequest request, params string[] words)
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(3, seed: 3);
        using RawStream stream = await server.OpenRawAsync();
        await stream.SendFramesAsync(frames);
        await stream.SendAsync(request);

        RawStream.Rest rest = await stream.ReadToEndAsync();

        rest.AssertEnd(EndReason.InvalidInput, StatusCode.InvalidArgument, words);
        Assert.Equal((3UL, 3UL), (rest.End.FramesAccepted, rest.End.FramesComputed));
        Bits.AssertEqual(server.Expected(frames), rest.Outputs);
    }
}
