using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Runtime.Tests.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Scheduling;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1, 100e-6)]
    [InlineData(3, 100e-6)]
    [InlineData(1, 1e-6)]
    [InlineData(3, 1e-6)]
    public async Task Workers_ManySessionsAtOnce_EachGetsItsOwnOutputs(int workers, double secondsPerPass)
    {
        // Passes of a microsecond are computed by the sessions' writers too.
        using SessionFixture runtime =
            new SessionFixture(options =>
            {
                options.Workers = workers;
                options.MaxSessions = 16;
            }).WithCost(_ => secondsPerPass);
        using var pool = new WorkerPool(runtime.Dispatcher, runtime.Options, runtime.Metrics, runtime.Time, NullLogger<WorkerPool>.Instance);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            float[] frames = SamplePackages.Frames(97, seed: i);
            StreamSession session = runtime.Open(blockSteps: 1 + i);
            Task<List<float>> outputs = ReadAllAsync(session);
            foreach (float[] message in frames.Chunk((1 + i % 5) * SamplePackages.Inputs))
                await session.WriteAsync(Bytes(message));
            session.Finish(SessionEnd.EndOfInput);
            Assert.Equal(runtime.Expected(frames), await outputs);
        })).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Dispose_BlocksReady_ComputesThemAndEndsTheThreads()
    {
        using var runtime = new SessionFixture(options => options.Workers = 2);
        var pool = new WorkerPool(runtime.Dispatcher, runtime.Options, runtime.Metrics, runtime.Time, NullLogger<WorkerPool>.Instance);
        StreamSession session = runtime.Open(blockSteps: 3);
        await session.WriteAsync(Bytes(SamplePackages.Frames(9, seed: 1)));
        session.Finish(SessionEnd.EndOfInput);
        await Task.Run(pool.Dispose).WaitAsync(TimeSpan.FromMinutes(1));
        Deliver(session);
        Assert.Equal((9, 0), (session.FramesComputed, runtime.Manager.ActiveSessions));
    }

    [Fact]
    public async Task Passes_OfAShortPassOnItsCallersThread_CountIt()
    {
        using SessionFixture runtime = new SessionFixture().WithCost(_ => 1e-6);
        using var pool = new WorkerPool(runtime.Dispatcher, runtime.Options, runtime.Metrics, runtime.Time, NullLogger<WorkerPool>.Instance);
        StreamSession session = runtime.Open(blockSteps: 3);
        await session.WriteAsync(Bytes(SamplePackages.Frames(3, seed: 1)));
        Assert.True(SpinWait.SpinUntil(() => session.FramesComputed == 3, TimeSpan.FromSeconds(30)));
        Assert.Equal(1, pool.Passes);
    }

    private static async Task<List<float>> ReadAllAsync(StreamSession session)
    {
        List<float> outputs = [];
        while (true)
        {
            await session.Outlet.WaitToReadAsync();
            foreach (Delivered item in Deliver(session))
            {
                outputs.AddRange(item.Outputs);
                if (item.Kind == OutletItemKind.End)
                    return outputs;
            }
        }
    }
}
