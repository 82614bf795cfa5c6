using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class StreamSessionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly SessionFixture _runtime = new();

    public void Dispose() => _runtime.Dispose();

    [Fact]
    public async Task WriteAsync_FullBlock_IsComputedAndDelivered()
    {
        StreamSession session = _runtime.Open(blockSteps: 4);
        float[] frames = SamplePackages.Frames(4, seed: 3);

        await session.WriteAsync(Bytes(frames));
        _runtime.RunPasses();

        Delivered result = Assert.Single(Deliver(session));
        Assert.Equal((0, 4, BlockReason.Full), (result.FirstIndex, result.Steps, result.Reason));
        Assert.Equal(_runtime.Expected(frames), result.Outputs);
    }

    [Fact]
    public async Task WriteAsync_PartOfABlock_WaitsForItsDelay()
    {
        StreamSession session = _runtime.Open(blockSteps: 4, delay: TimeSpan.FromMilliseconds(20));
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 3)));

        _runtime.Time.Advance(TimeSpan.FromMilliseconds(15));
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 4)));
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(4.9));
        Assert.False(_runtime.Executor.TryRunNext());
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(0.1));
        _runtime.RunPasses();

        Delivered result = Assert.Single(Deliver(session));
        Assert.Equal((2, BlockReason.Delay), (result.Steps, result.Reason));
    }

    [Fact]
    public async Task WriteAsync_BlockAfterOneThatGotFull_WaitsForItsOwnDelay()
    {
        StreamSession session = _runtime.Open(blockSteps: 2, delay: TimeSpan.FromMilliseconds(20));
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 3)));
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(19));
        await session.WriteAsync(Bytes(SamplePackages.Frames(2, seed: 4)));
        _runtime.RunPasses();
        Assert.Equal(BlockReason.Full, Assert.Single(Deliver(session)).Reason);

        _runtime.Time.Advance(TimeSpan.FromMilliseconds(19.9));
        Assert.False(_runtime.Executor.TryRunNext());
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(1.1));
        _runtime.RunPasses();

        Assert.Equal((1, BlockReason.Delay), Assert.Single(Deliver(session)) is var result ? (result.Steps, result.Reason) : default);
    }

    [Fact]
    public async Task WriteAsync_NoFreeBlock_WaitsUntilResultsAreDelivered()
    {
        StreamSession session = _runtime.Open(blockSteps: 1);
        float[] frames = SamplePackages.Frames(_runtime.Options.BlocksPerSession + 1, seed: 5);

        Task write = session.WriteAsync(Bytes(frames)).AsTask();
        _runtime.RunPasses();
        Assert.False(write.IsCompleted);
        List<Delivered> results = Deliver(session);
        await write.WaitAsync(Patience);
        _runtime.RunPasses();
        results.AddRange(Deliver(session));

        Assert.Equal(_runtime.Expected(frames), results.SelectMany(result => result.Outputs));
    }

    [Fact]
    public async Task WriteAsync_HeldOutletWithoutAFreeBlock_HandsOverWhatItComputed()
    {
        _runtime.WithCost(_ => 10e-6).Dispatcher.LetCallersCompute(_runtime.Executor);
        StreamSession session = _runtime.Open(blockSteps: 4);
        Task<int> reading = CountFramesAsync(session);
        session.Outlet.Hold();

        await session.WriteAsync(Bytes(SamplePackages.Frames(4 * _runtime.Options.BlocksPerSession + 4, seed: 8))).AsTask().WaitAsync(Patience);
        session.Finish(SessionEnd.EndOfInput);
        session.Outlet.Release();

        Assert.True(reading.IsCompleted);
        Assert.Equal(4 * _runtime.Options.BlocksPerSession + 4, await reading);
    }

    [Fact]
    public async Task WriteAsync_HeldOutletAndBlocksWithWorkers_GoesOnOnceTheyAreDelivered()
    {
        StreamSession session = _runtime.Open(blockSteps: 4);
        Task<int> reading = CountFramesAsync(session);
        session.Outlet.Hold();

        Task writing = session.WriteAsync(Bytes(SamplePackages.Frames(4 * _runtime.Options.BlocksPerSession + 4, seed: 8))).AsTask();
        Assert.False(writing.IsCompleted);
        _runtime.RunPasses();
        await writing.WaitAsync(Patience);
        session.Finish(SessionEnd.EndOfInput);
        _runtime.RunPasses();

        Assert.Equal(4 * _runtime.Options.BlocksPerSession + 4, await reading.WaitAsync(Patience));
    }

    [Fact]
    public async Task WriteAsync_NoFreeBlock_WaitsUntilBlocksWithoutOutputsAreComputed()
    {
        StreamSession session = _runtime.Open(blockSteps: 1, outputEvery: 100);
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 5)));
        _runtime.RunPasses();
        Assert.Equal(0, Assert.Single(Deliver(session)).FirstIndex);

        Task write = session.WriteAsync(Bytes(SamplePackages.Frames(7, seed: 5))).AsTask();
        using var patience = new CancellationTokenSource(Patience);
        while (!write.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            _runtime.RunPasses();
            await Task.Yield();
        }

        Assert.Equal(8, session.FramesAccepted);
        Assert.Empty(Deliver(session));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(27)]
    [InlineData(2 * 28 + 3)]
    public async Task WriteAsync_NotWholeFrames_NamesExpectedAndFoundAndAcceptsNothing(int bytes)
    {
        StreamSession session = _runtime.Open();
        InvalidFramesException error = await Assert.ThrowsAsync<InvalidFramesException>(() => session.WriteAsync(new byte[bytes]).AsTask());
        Assert.Equal($"Frames: expected one or more whole frames of 28 bytes (7 values of 4 bytes), found {bytes} bytes", error.Message);
        Assert.Equal(0, session.FramesAccepted);
    }

    [Fact]
    public async Task WriteAsync_WrongFirstIndex_NamesExpectedAndFound()
    {
        StreamSession session = _runtime.Open();
        await session.WriteAsync(Bytes(SamplePackages.Frames(3, seed: 1)), firstIndex: 0);
        byte[] frame = Bytes(SamplePackages.Frames(1, seed: 1));
        InvalidFramesException error = await Assert.ThrowsAsync<InvalidFramesException>(() => session.WriteAsync(frame, firstIndex: 4).AsTask());
        Assert.Equal("FirstIndex: expected 3, found 4", error.Message);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public async Task WriteAsync_NotFinite_IsRejectedOrPassedAsTheModelSays(float value)
    {
        float[] frames = SamplePackages.Frames(2, seed: 1);
        frames[10] = value;

        StreamSession rejecting = _runtime.Open(model: "first");
        InvalidFramesException error = await Assert.ThrowsAsync<InvalidFramesException>(() => rejecting.WriteAsync(Bytes(frames)).AsTask());
        Assert.Contains("at frame 1, value 3", error.Message, StringComparison.Ordinal);
        StreamSession passing = _runtime.Open(blockSteps: 2, model: "second");
        await passing.WriteAsync(Bytes(frames));
        _runtime.RunPasses();
        Assert.Equal(2, Assert.Single(Deliver(passing)).Steps);
    }

    [Fact]
    public async Task Flush_PartOfABlock_IsComputedAtOnce()
    {
        StreamSession session = _runtime.Open(blockSteps: 4);
        session.Flush();
        await session.WriteAsync(Bytes(SamplePackages.Frames(3, seed: 1)));
        session.Flush();
        _runtime.RunPasses();
        Assert.Equal((3, BlockReason.Flush), Assert.Single(Deliver(session)) is var result ? (result.Steps, result.Reason) : default);
    }

    [Fact]
    public async Task Reset_BetweenFrames_StartsANewSequenceAndKeepsCounting()
    {
        StreamSession session = _runtime.Open(blockSteps: 4);
        float[] before = SamplePackages.Frames(3, seed: 1), after = SamplePackages.Frames(2, seed: 2);

        await session.WriteAsync(Bytes(before));
        session.Reset();
        await session.WriteAsync(Bytes(after));
        session.Flush();
        _runtime.RunPasses();

        List<Delivered> results = Deliver(session);
        Assert.Equal([(0L, BlockReason.Reset), (3L, BlockReason.Flush)], results.Select(result => (result.FirstIndex, result.Reason)));
        Assert.Equal(_runtime.Expected(before), results[0].Outputs);
        Assert.Equal(_runtime.Expected(after), results[1].Outputs);
    }

    [Fact]
    public async Task OutputEvery_AnyCut_DeliversExactlyTheMultiples()
    {
        const int Every = 3;
        StreamSession session = _runtime.Open(blockSteps: 2, outputEvery: Every);
        float[] frames = SamplePackages.Frames(11, seed: 6);
        float[] expected = _runtime.Expected(frames);

        List<Delivered> results = [];
        foreach (float[] frame in frames.Chunk(SamplePackages.Inputs))
        {
            await session.WriteAsync(Bytes(frame)).AsTask().WaitAsync(Patience);
            _runtime.RunPasses();
            results.AddRange(Deliver(session));
        }

        session.Finish(SessionEnd.EndOfInput);
        _runtime.RunPasses();
        results.AddRange(Deliver(session));

        Assert.Equal([0, 3, 6, 9], results.Where(result => result.Kind == OutletItemKind.Result).Select(result => result.FirstIndex));
        Assert.Equal(
            expected.Chunk(SamplePackages.Units).Where((_, index) => index % Every == 0).SelectMany(row => row),
            results.SelectMany(result => result.Outputs));
    }

    [Fact]
    public async Task Finish_WithFramesWaiting_AnswersThemBeforeTheEnd()
    {
        StreamSession session = _runtime.Open(blockSteps: 4);
        await session.WriteAsync(Bytes(SamplePackages.Frames(5, seed: 1)));
        session.Finish(SessionEnd.EndOfInput);
        Assert.True(session.InputClosed.IsCancellationRequested);
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 1)));
        _runtime.RunPasses();

        List<Delivered> items = Deliver(session);
        Assert.Equal([OutletItemKind.Result, OutletItemKind.Result, OutletItemKind.End], items.Select(item => item.Kind));
        Assert.Equal((1, BlockReason.End), (items[1].Steps, items[1].Reason));
        Assert.Equal((5, 5, SessionEnd.EndOfInput), (session.FramesAccepted, session.FramesComputed, session.End));
        Assert.Equal(0, _runtime.Manager.ActiveSessions);
    }

    [Fact]
    public async Task Abort_WithFramesWaiting_EndsAtOnceAndTellsTheTruth()
    {
        StreamSession session = _runtime.Open(blockSteps: 2);
        await session.WriteAsync(Bytes(SamplePackages.Frames(2, seed: 1)));
        _runtime.RunPasses();
        await session.WriteAsync(Bytes(SamplePackages.Frames(3, seed: 1)));
        session.Abort(SessionEnd.ClientCancelled, "gone");
        _runtime.RunPasses();

        Assert.Equal([OutletItemKind.Result, OutletItemKind.End], Deliver(session).Select(item => item.Kind));
        Assert.True(session.Aborted.IsCancellationRequested);
        Assert.Equal((5, 2, SessionEnd.ClientCancelled), (session.FramesAccepted, session.FramesComputed, session.End));
        Assert.Equal(0, _runtime.Manager.ActiveSessions);
    }

    [Fact]
    public async Task Abort_WhileAWriteWaits_LetsItReturn()
    {
        StreamSession session = _runtime.Open(blockSteps: 1);
        Task write = session.WriteAsync(Bytes(SamplePackages.Frames(9, seed: 1))).AsTask();
        session.Abort(SessionEnd.ClientCancelled);
        await write.WaitAsync(Patience);
        Assert.Equal(_runtime.Options.BlocksPerSession, session.FramesAccepted);
    }

    [Fact]
    public async Task Detach_WhileABlockIsInFlight_KeepsItsPlaceUntilItIsBack()
    {
        StreamSession session = _runtime.Open(blockSteps: 2);
        await session.WriteAsync(Bytes(SamplePackages.Frames(2, seed: 1)));
        var pass = new WeightPass(maxColumns: 16);
        Assert.True(_runtime.Dispatcher.TryTake(pass));
        session.Detach();
        Assert.Equal((SessionEnd.ClientCancelled, 1), (session.End, _runtime.Manager.ActiveSessions));
        pass.Blocks[0].Complete(succeeded: true);
        session.Detach();
        Assert.Equal(0, _runtime.Manager.ActiveSessions);
    }

    [Fact]
    public async Task Delivered_Block_TellsWhereItsTimeWent()
    {
        StreamSession session = _runtime.Open(blockSteps: 2);
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 1)), clientTimestamp: 42);
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(7));
        await session.WriteAsync(Bytes(SamplePackages.Frames(1, seed: 1)), clientTimestamp: 43);
        _runtime.Time.Advance(TimeSpan.FromMilliseconds(3));
        _runtime.RunPasses();

        Assert.True(session.Outlet.TryRead(out OutletItem item));
        FrameBlock block = item.Block!;
        Assert.Equal((7, 3, 0), (block.BlockWait.TotalMilliseconds, block.QueueTime.TotalMilliseconds, block.ComputeTime.TotalMilliseconds));
        Assert.Equal(42, block.ClientTimestamp);
    }

    private static async Task<int> CountFramesAsync(StreamSession session)
    {
        int frames = 0;
        while (true)
        {
            // Without the test's own context, which would have it go on elsewhere.
            await session.Outlet.WaitToReadAsync().ConfigureAwait(false);
            foreach (Delivered item in Deliver(session))
            {
                frames += item.Steps;
                if (item.Kind == OutletItemKind.End)
                    return frames;
            }
        }
    }
}
