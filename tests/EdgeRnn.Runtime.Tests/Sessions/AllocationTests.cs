using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRnn.Runtime.Tests.Sessions;

/// <summary>Invariant 4: after warm-up the frame path of Kernels and Runtime allocates nothing.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Blocks = 2000;
    private readonly byte[] _outputs = new byte[16 * SamplePackages.Units * sizeof(float)];

    [Fact]
    public void FramePath_OnOneThread_AllocatesNothing()
    {
        using var runtime = new SessionFixture();
        StreamSession[] sessions = [runtime.Open(blockSteps: 4), runtime.Open(blockSteps: 3, delay: TimeSpan.FromMilliseconds(5))];
        byte[] message = SessionFixture.Bytes(SamplePackages.Frames(3, seed: 1));
        Round(Blocks);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Round(Blocks);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round(int count)
        {
            for (int i = 0; i < count; i++)
            {
                foreach (StreamSession session in sessions)
                {
                    Assert.Same(Task.CompletedTask, session.WriteAsync(message).AsTask());
                    if (i % 5 == 0)
                        session.Flush();
                    if (i % 7 == 0)
                        session.Reset();
                }

                runtime.RunPasses();
                foreach (StreamSession session in sessions)
                    Deliver(session);
            }
        }
    }

    [Fact]
    public async Task FramePath_WithWorkersAndWaitingWriters_AllocatesNothingPerBlock()
    {
        using var runtime = new SessionFixture(options => options.Workers = 1);
        using var pool = new WorkerPool(runtime.Dispatcher, runtime.Options, runtime.Metrics, runtime.Time, NullLogger<WorkerPool>.Instance);
        StreamSession session = runtime.Open(blockSteps: 4);
        byte[] message = SessionFixture.Bytes(SamplePackages.Frames(64, seed: 1));
        var reader = Task.Run(() => ReadAsync(session));
        await WriteAsync(Blocks);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await WriteAsync(Blocks);
        long perBlock = (GC.GetTotalAllocatedBytes(precise: true) - before) / (Blocks * 16);
        session.Finish(SessionEnd.EndOfInput);
        await reader.WaitAsync(TimeSpan.FromMinutes(1));

        // What a whole process allocates beside (thread pool, test host) is far below one byte per block; one object would be 24.
        Assert.True(perBlock < 8, $"{perBlock} bytes per block");

        async Task WriteAsync(int count)
        {
            for (int i = 0; i < count; i++)
                await session.WriteAsync(message);
        }
    }

    private async Task ReadAsync(StreamSession session)
    {
        do
        {
            await session.Outlet.WaitToReadAsync();
        }
        while (!Deliver(session));
    }

    private bool Deliver(StreamSession session)
    {
        while (session.Outlet.TryRead(out OutletItem item))
        {
            if (item.Kind == OutletItemKind.End)
                return true;
            item.Block!.CopyOutputs(_outputs);
            item.Block.Release();
        }

        return false;
    }
}
