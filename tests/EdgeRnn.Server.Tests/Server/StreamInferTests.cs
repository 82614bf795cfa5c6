using EdgeRnn.Protocol.V1;
using Grpc.Core;

namespace EdgeRnn.Server.Tests.Server;

public sealed class StreamInferTests
{
    [Fact]
    public async Task Outputs_RandomCuts_HaveTheBitsOfOneRunInProcess()
    {
        await using TestServer server = await TestServer.StartAsync();
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            float[] frames = SamplePackages.Frames(random.Next(1, 200), seed);
            uint steps = (uint)random.Next(1, 20);
            var open = new OpenSession { Model = "first", BlockSteps = steps, MaxBlockDelayMs = 60_000 };
            using RawStream stream = await server.OpenRawAsync(open);

            int sent = 0;
            while (sent < frames.Length)
            {
                int count = Math.Min(random.Next(1, 30) * SamplePackages.Inputs, frames.Length - sent);
                await stream.SendFramesAsync(frames.AsSpan(sent, count), (ulong)(sent / SamplePackages.Inputs));
                sent += count;
                if (random.Next(4) == 0)
                    await stream.SendAsync(new StreamInferRequest { Flush = new Flush() });
            }

            await stream.CompleteAsync();
            RawStream.Rest rest = await stream.ReadToEndAsync();

            string context = $"(seed {seed})";
            Bits.AssertEqual(server.Expected(frames), rest.Outputs, context);
            Assert.True(rest.Results.All(result => result.BlockSteps <= steps), context);
            rest.AssertEnd(EndReason.EndOfInput, StatusCode.OK);
            Assert.Equal((ulong)(frames.Length / SamplePackages.Inputs), rest.End.FramesAccepted);
        }
    }

    [Fact]
    public async Task Opened_WithoutOptions_HasTheDefaultsAndTheModel()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = server.Raw();
        await stream.SendAsync(new StreamInferRequest { Open = new OpenSession { Model = "second" } });

        SessionOpened opened = (await stream.NextAsync()).Opened;

        Assert.Equal((16u, 100u, 1u, 300_000ul), (opened.BlockSteps, opened.MaxBlockDelayMs, opened.OutputEvery, opened.IdleTimeoutMs));
        Assert.Equal("second", opened.Model.Name);
        Assert.NotEmpty(opened.SessionId);
    }

    [Fact]
    public async Task Results_OutputEvery_AreThoseOfTheMultiples()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(23, seed: 5);
        using RawStream stream = await server.OpenRawAsync(new OpenSession { Model = "first", BlockSteps = 4, OutputEvery = 3 });
        await stream.SendFramesAsync(frames);
        await stream.CompleteAsync();

        RawStream.Rest rest = await stream.ReadToEndAsync();

        float[] expected = [.. server.Expected(frames).Chunk(SamplePackages.Units).Where((_, index) => index % 3 == 0).SelectMany(row => row)];
        Bits.AssertEqual(expected, rest.Outputs);
        Assert.Equal([0ul, 6, 9, 12, 18, 21], rest.Results.Select(result => result.FirstIndex));
        Assert.Equal([2u, 1, 1, 2, 1, 1], rest.Results.Select(result => result.Count));
    }

    [Fact]
    public async Task Reset_BetweenFrames_StartsFromZeroAndKeepsCounting()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] before = SamplePackages.Frames(5, seed: 6), after = SamplePackages.Frames(6, seed: 7);
        using RawStream stream = await server.OpenRawAsync(new OpenSession { Model = "first", BlockSteps = 16 });
        await stream.SendFramesAsync(before);
        await stream.SendAsync(new StreamInferRequest { Reset = new Reset() });
        await stream.SendFramesAsync(after, firstIndex: 5);
        await stream.CompleteAsync();

        RawStream.Rest rest = await stream.ReadToEndAsync();

        Bits.AssertEqual([.. server.Expected(before), .. server.Expected(after)], rest.Outputs);
        Assert.Equal([BlockReason.Reset, BlockReason.End], rest.Results.Select(result => result.Reason));
        Assert.Equal([0ul, 5], rest.Results.Select(result => result.FirstIndex));
    }

    [Fact]
    public async Task Flush_PartOfABlock_AnswersAtOnceWithItsTimestamp()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = await server.OpenRawAsync(new OpenSession { Model = "first", MaxBlockDelayMs = 60_000 });
        await stream.SendAsync(new StreamInferRequest
        {
            Frames = new Frames { Data = Protocol.FramePayload.Pack(SamplePackages.Frames(3, seed: 8)), ClientTimestamp = -17 },
        });
        await stream.SendAsync(new StreamInferRequest { Flush = new Flush() });

        Result result = (await stream.NextAsync()).Result;

        Assert.Equal((BlockReason.Flush, 3u, -17L), (result.Reason, result.BlockSteps, result.ClientTimestamp));
    }

    [Fact]
    public async Task Frames_FewerThanABlock_AreAnsweredAfterTheDelay()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = await server.OpenRawAsync(new OpenSession { Model = "first", MaxBlockDelayMs = 1 });
        await stream.SendFramesAsync(SamplePackages.Frames(1, seed: 9));

        Result result = (await stream.NextAsync()).Result;

        Assert.Equal(BlockReason.Delay, result.Reason);
        Assert.False(result.HasClientTimestamp);
        Assert.InRange(result.BlockWaitNs, 1_000_000ul, ulong.MaxValue);
    }

    [Fact]
    public async Task Session_WithoutFrames_EndsWithOk()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = await server.OpenRawAsync();
        await stream.CompleteAsync();

        RawStream.Rest rest = await stream.ReadToEndAsync();

        rest.AssertEnd(EndReason.EndOfInput, StatusCode.OK);
        Assert.Single(rest.Responses);
    }

    [Fact]
    public async Task Cancel_MidBlock_ReleasesTheSession()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var canceled = new CancellationTokenSource();
        using RawStream stream = server.Raw(canceled.Token);
        var open = new OpenSession { Model = "first", BlockSteps = 2, MaxBlockDelayMs = 60_000 };
        await stream.SendAsync(new StreamInferRequest { Open = open });
        await stream.NextAsync();
        await stream.SendFramesAsync(SamplePackages.Frames(3, seed: 1));
        await stream.NextAsync();
        Assert.Equal(1, server.Sessions.ActiveSessions);

        await canceled.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await stream.ReadToEndAsync()).Status.StatusCode);
        await Waiting.UntilAsync(() => server.Sessions.ActiveSessions == 0);
    }

    [Fact]
    public async Task Deadline_Passed_ReleasesTheSession()
    {
        await using TestServer server = await TestServer.StartAsync();
        using AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call = server.Service.StreamInfer(deadline: DateTime.UtcNow.AddMilliseconds(300));
        using var stream = new RawStream(call);

        Task<RawStream.Rest> reading = stream.ReadToEndAsync();

        Assert.Equal(StatusCode.DeadlineExceeded, (await reading).Status.StatusCode);
        await Waiting.UntilAsync(() => server.Sessions.ActiveSessions == 0);
    }

    [Fact]
    public async Task Reader_ThatPauses_SlowsItsOwnStreamOnly()
    {
        await using TestServer server = await TestServer.StartAsync();
        // Far more than all buffers on the way can hold: without a reader of the results it cannot all be sent.
        float[] frames = SamplePackages.Frames(150_000, seed: 2);
        using RawStream paused = await server.OpenRawAsync(new OpenSession { Model = "first", BlockSteps = 128 });
        var sending = Task.Run(async () =>
        {
            foreach (float[] piece in frames.Chunk(1000 * SamplePackages.Inputs))
                await paused.SendFramesAsync(piece);
            await paused.CompleteAsync();
        });

        using RawStream lively = await server.OpenRawAsync();
        float[] others = SamplePackages.Frames(301, seed: 3);
        await lively.SendFramesAsync(others);
        await lively.CompleteAsync();
        Bits.AssertEqual(server.Expected(others), (await lively.ReadToEndAsync()).Outputs);
        Assert.False(sending.IsCompleted);

        RawStream.Rest rest = await paused.ReadToEndAsync();
        await sending.Soon();
        Bits.AssertEqual(server.Expected(frames), rest.Outputs);
    }

    [Fact]
    public async Task Readers_ThatPause_LeaveTheirConnectionToOthers()
    {
        await using TestServer server = await TestServer.StartAsync();
        // So many streams that their unread input exceeds Kestrel's default window of a connection.
        int[] sent = new int[30];
        List<RawStream> paused = [];
        List<Task> sending = [];
        float[] piece = SamplePackages.Frames(250, seed: 2);
        for (int i = 0; i < sent.Length; i++)
        {
            int index = i;
            RawStream stream = await server.OpenRawAsync(new OpenSession { Model = "first", BlockSteps = 128 });
            paused.Add(stream);
            sending.Add(Task.Run(async () =>
            {
                while (true)
                {
                    await stream.SendFramesAsync(piece);
                    Interlocked.Add(ref sent[index], 250);
                }
            }));
        }

        // A stream's window of 96 KiB holds 3510 frames.
        await Waiting.UntilAsync(() => Array.TrueForAll(sent, frames => frames >= 3250));
        using RawStream lively = await server.OpenRawAsync();
        float[] others = SamplePackages.Frames(301, seed: 3);
        await lively.SendFramesAsync(others);
        await lively.CompleteAsync();

        Bits.AssertEqual(server.Expected(others), (await lively.ReadToEndAsync()).Outputs);
        paused.ForEach(stream => stream.Dispose());
        foreach (Task task in sending)
            await Assert.ThrowsAnyAsync<Exception>(() => task.Soon());
    }
}
