using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Models.Packages;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeRnn.Server.Tests.Server;

/// <summary>Session ends that the server decides.</summary>
public sealed class SessionEndTests
{
    [Fact]
    public async Task Idle_TimePassed_EndsWithDeadlineExceeded()
    {
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(options => options.Runtime.IdleTimeout = TimeSpan.FromMinutes(2), time);
        using RawStream stream = await server.OpenRawAsync();

        time.Advance(TimeSpan.FromMinutes(3));

        (await stream.ReadToEndAsync()).AssertEnd(EndReason.IdleTimeout, StatusCode.DeadlineExceeded, "120 s");
        Assert.Equal(0, server.Sessions.ActiveSessions);
    }

    [Fact]
    public async Task Open_NeverSent_EndsWithDeadlineExceeded()
    {
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(time: time);
        using RawStream stream = server.Raw();

        Task<RawStream.Rest> reading = stream.ReadToEndAsync();
        await Waiting.UntilAsync(() =>
        {
            // The time-out of open is 10 s; the call itself is cut after 15 s.
            time.Advance(TimeSpan.FromSeconds(0.1));
            return reading.IsCompleted;
        });

        Assert.Equal(StatusCode.DeadlineExceeded, (await reading).Status.StatusCode);
    }

    [Fact]
    public async Task Model_ThatFails_EndsWithInternalAndNoDetails()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = await server.OpenRawAsync();
        // A model whose weights are disposed throws.
        server.Server.Services.GetRequiredService<ModelRepository>().Dispose();
        await stream.SendFramesAsync(SamplePackages.Frames(16, seed: 1));

        RawStream.Rest rest = await stream.ReadToEndAsync();

        rest.AssertEnd(EndReason.ModelFault, StatusCode.Internal);
        Assert.DoesNotContain("Disposed", rest.Status.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((16ul, 0ul), (rest.End.FramesAccepted, rest.End.FramesComputed));
    }

    [Fact]
    public async Task Shutdown_WhileStreaming_AnswersWhatWasAccepted()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(6, seed: 1), expected = server.Expected(frames);
        using RawStream stream = await server.OpenRawAsync(new OpenSession { Model = "first", BlockSteps = 4, MaxBlockDelayMs = 60_000 });
        await stream.SendFramesAsync(frames);
        Result first = (await stream.NextAsync()).Result;

        Task stopping = server.Server.DisposeAsync().AsTask();
        StreamInferResponse notice = await stream.NextAsync();
        RawStream.Rest rest = await stream.ReadToEndAsync();
        await stopping.Soon();

        Assert.Equal(NoticeKind.Draining, notice.Notice?.Kind);
        rest.AssertEnd(EndReason.Shutdown, StatusCode.Unavailable, "shutting down; every accepted frame was answered");
        int accepted = (int)rest.End.FramesAccepted;
        Assert.InRange(accepted, 4, 6);
        Assert.Equal(rest.End.FramesAccepted, rest.End.FramesComputed);
        Bits.AssertEqual(expected[..(accepted * SamplePackages.Units)], [.. Protocol.FramePayload.Unpack(first.Outputs), .. rest.Outputs]);
    }

    [Fact]
    public async Task Open_WhileDraining_IsUnavailable()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Sessions.DrainAsync().Soon();
        using RawStream stream = server.Raw();
        await stream.SendAsync(new StreamInferRequest { Open = new OpenSession { Model = "first" } });

        RawStream.Rest rest = await stream.ReadToEndAsync();

        Assert.Equal(StatusCode.Unavailable, rest.Status.StatusCode);
        Assert.Contains("shutting down", rest.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_StreamWithoutOpen_DoesNotWaitForIt()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = server.Raw();
        Task<RawStream.Rest> reading = stream.ReadToEndAsync();
        // A later call on the connection was answered, so the stream has arrived.
        await server.Service.ListModelsAsync(new ListModelsRequest()).ResponseAsync.Soon();

        await server.Server.DisposeAsync().AsTask().Soon();

        RawStream.Rest rest = await reading;
        Assert.Equal(StatusCode.Unavailable, rest.Status.StatusCode);
        Assert.Contains("shutting down", rest.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_ThatStopsReading_LosesItsStreamWithoutALeak(bool halfCloses)
    {
        await using TestServer server = await TestServer.StartAsync(options => options.Runtime.IdleTimeout = TimeSpan.FromSeconds(1));
        using AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call = server.Service.StreamInfer();
        using var stream = new RawStream(call);
        await stream.SendAsync(new StreamInferRequest { Open = new OpenSession { Model = "first", BlockSteps = 128 } });
        await Waiting.UntilAsync(() => server.Sessions.ActiveSessions == 1);
        // The outputs exceed what client and server buffer for a stream; with the half-close the inputs must fit into its window.
        float[] piece = SamplePackages.Frames(850, seed: 2);
        int pieces = halfCloses ? 4 : 150;
        var sending = Task.Run(async () =>
        {
            for (int i = 0; i < pieces; i++)
                await stream.SendFramesAsync(piece);
            await stream.CompleteAsync();
        });

        if (halfCloses)
            await sending.Soon();
        else
            await Assert.ThrowsAnyAsync<Exception>(() => sending.Soon());

        await Waiting.UntilAsync(() => server.Sessions.ActiveSessions == 0);
        Assert.NotEqual(StatusCode.OK, (await stream.ReadToEndAsync()).Status.StatusCode);
    }
}
