using EdgeRnn.Runtime.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class OverloadTests : IDisposable
{
    private readonly SessionFixture _runtime = new();

    public void Dispose() => _runtime.Dispose();

    [Fact]
    public async Task DropOldest_NoFreeBlock_LetsTheOldestWaitingBlockGiveWay()
    {
        StreamSession session = Open(OverloadPolicy.DropOldest);
        // Three blocks of 2 frames; the fourth and fifth take the places of the first two.
        float[] frames = SamplePackages.Frames(10, seed: 1);
        await WriteAsync(session, frames);
        Assert.Equal((10, 4), (session.FramesAccepted, session.FramesDropped));

        _runtime.RunPasses();
        List<Delivered> results = Deliver(session);
        Assert.Equal([4, 6, 8], results.Select(result => result.FirstIndex));
        Assert.Equal(_runtime.Expected(frames.AsSpan(4 * SamplePackages.Inputs)), results.SelectMany(result => result.Outputs));
        session.Finish(SessionEnd.EndOfInput);
        Deliver(session);
        Assert.Equal(session.FramesAccepted, session.FramesComputed + session.FramesDropped);
    }

    [Fact]
    public async Task Reject_NoFreeBlock_DropsTheNewFramesAndKeepsCounting()
    {
        StreamSession session = Open(OverloadPolicy.Reject);
        float[] frames = SamplePackages.Frames(10, seed: 2);
        await WriteAsync(session, frames);
        Assert.Equal((10, 4), (session.FramesAccepted, session.FramesDropped));
        _runtime.RunPasses();
        List<Delivered> results = Deliver(session);
        await WriteAsync(session, frames.AsSpan(0, 2 * SamplePackages.Inputs));
        _runtime.RunPasses();
        results.AddRange(Deliver(session));

        Assert.Equal([0, 2, 4, 10], results.Select(result => result.FirstIndex));
        float[] computed = [.. frames[..(6 * SamplePackages.Inputs)], .. frames[..(2 * SamplePackages.Inputs)]];
        Assert.Equal(_runtime.Expected(computed), results.SelectMany(result => result.Outputs));
    }

    [Theory]
    [InlineData(OverloadPolicy.DropOldest)]
    [InlineData(OverloadPolicy.Reject)]
    internal async Task Drop_ResultsThatNobodyTakes_NeverMakesTheWriterWait(OverloadPolicy policy)
    {
        StreamSession session = Open(policy);
        for (int i = 0; i < 10; i++)
        {
            await WriteAsync(session, SamplePackages.Frames(3, seed: i));
            _runtime.RunPasses();
        }

        Assert.Equal(30, session.FramesAccepted);
        Assert.Equal([0, 2, 4], Deliver(session).Select(result => result.FirstIndex));
        Assert.Equal((6, 24), (session.FramesComputed, session.FramesDropped));
    }

    [Fact]
    public async Task DropOldest_BlockThatBeginsASequence_LeavesTheResetToItsSuccessor()
    {
        StreamSession session = Open(OverloadPolicy.DropOldest);
        float[] before = SamplePackages.Frames(2, seed: 3), after = SamplePackages.Frames(10, seed: 4);
        await WriteAsync(session, before);
        _runtime.RunPasses();
        Deliver(session);
        session.Reset();
        await WriteAsync(session, after);

        _runtime.RunPasses();

        // Of five blocks after the reset the last three are left.
        Assert.Equal(_runtime.Expected(after.AsSpan(4 * SamplePackages.Inputs)), Deliver(session).SelectMany(result => result.Outputs));
    }

    [Fact]
    public async Task DropOldest_OnlyBlockAndItBeginsASequence_LeavesTheResetToTheNewFrames()
    {
        StreamSession session = Open(OverloadPolicy.DropOldest);
        await WriteAsync(session, SamplePackages.Frames(4, seed: 6));
        _runtime.RunPasses();
        // Two of three blocks are in the outlet.
        session.Reset();
        float[] after = SamplePackages.Frames(4, seed: 7);
        await WriteAsync(session, after);

        _runtime.RunPasses();

        Assert.Equal(2, session.FramesDropped);
        Assert.Equal(_runtime.Expected(after.AsSpan(2 * SamplePackages.Inputs)), Deliver(session)[^1].Outputs);
    }

    [Fact]
    public async Task Result_AfterDrops_TellsHowMany()
    {
        StreamSession session = Open(OverloadPolicy.Reject);
        await WriteAsync(session, SamplePackages.Frames(9, seed: 5));
        _runtime.RunPasses();
        Assert.True(session.Outlet.TryRead(out OutletItem item));
        Assert.Equal(3, item.Block!.FramesDropped);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Drop_AnyLoad_ComputesWhatWasNotDroppedInOrder(int seed)
    {
        var random = new Random(seed);
        OverloadPolicy policy = seed % 2 == 0 ? OverloadPolicy.DropOldest : OverloadPolicy.Reject;
        StreamSession session = _runtime.Open(new SessionRequest("first", BlockSteps: random.Next(1, 7), OverloadPolicy: policy));
        List<float> frames = [], outputs = [];
        List<long> indices = [];
        for (int i = 0; i < 300; i++)
        {
            float[] message = SamplePackages.Frames(random.Next(1, 9), seed: 1000 * seed + i);
            frames.AddRange(message);
            await WriteAsync(session, message);
            if (random.Next(3) == 0)
                _runtime.Executor.TryRunNext();
            if (random.Next(3) == 0)
                Take();
            if (random.Next(9) == 0)
                session.Flush();
        }

        session.Finish(SessionEnd.EndOfInput);
        _runtime.RunPasses();
        Take();

        Assert.True(session.FramesDropped > 0, $"seed {seed}");
        Assert.Equal(session.FramesAccepted, session.FramesComputed + session.FramesDropped);
        Assert.Equal(indices.Count, session.FramesComputed);
        float[] computed = [.. indices.SelectMany(index => frames.GetRange((int)index * SamplePackages.Inputs, SamplePackages.Inputs))];
        Assert.True(_runtime.Expected(computed).AsSpan().SequenceEqual(outputs.ToArray()), $"seed {seed}");

        void Take()
        {
            foreach (Delivered item in Deliver(session))
            {
                for (int i = 0; i < item.Steps; i++)
                    indices.Add(item.FirstIndex + i);
                outputs.AddRange(item.Outputs);
            }
        }
    }

    private StreamSession Open(OverloadPolicy policy) => _runtime.Open(new SessionRequest("first", BlockSteps: 2, OverloadPolicy: policy));

    private static async Task WriteAsync(StreamSession session, ReadOnlyMemory<float> frames)
    {
        ValueTask write = session.WriteAsync(Bytes(frames.Span));
        Assert.True(write.IsCompleted);
        await write;
    }

    private static Task WriteAsync(StreamSession session, ReadOnlySpan<float> frames) => WriteAsync(session, (ReadOnlyMemory<float>)frames.ToArray());
}
