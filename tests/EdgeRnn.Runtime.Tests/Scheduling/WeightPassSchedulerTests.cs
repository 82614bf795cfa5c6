using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Runtime.Tests.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Scheduling;

public sealed class WeightPassSchedulerTests : IDisposable
{
    private readonly SessionFixture _runtime = new();
    private readonly WeightPass _pass = new(maxColumns: 10);

    public void Dispose() => _runtime.Dispose();

    [Fact]
    public async Task TryTake_SessionsOfOneModel_ShareThePassInOrder()
    {
        StreamSession[] sessions = [await ReadyAsync(3, "first"), await ReadyAsync(4, "second"), await ReadyAsync(5, "first")];
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        Assert.Equal([sessions[0], sessions[2]], _pass.Blocks.ToArray().Select(block => block.Session));
        Assert.Equal(8, _pass.Columns);
        _pass.Clear();
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        Assert.Equal([sessions[1]], _pass.Blocks.ToArray().Select(block => block.Session));
        _pass.Clear();
        Assert.False(_runtime.Dispatcher.TryTake(_pass));
    }

    [Fact]
    public async Task TryTake_MoreThanMaxColumns_LeavesTheRestForTheNextPass()
    {
        StreamSession[] sessions = [await ReadyAsync(6, "first"), await ReadyAsync(5, "first"), await ReadyAsync(1, "first")];
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        // The third would fit, but overtaking the second could starve it.
        Assert.Equal([sessions[0]], _pass.Blocks.ToArray().Select(block => block.Session));
        _pass.Clear();
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        Assert.Equal([sessions[1], sessions[2]], _pass.Blocks.ToArray().Select(block => block.Session));
    }

    [Fact]
    public async Task TryTake_SecondBlockOfASession_WaitsForTheFirst()
    {
        StreamSession session = _runtime.Open(blockSteps: 2);
        await session.WriteAsync(Bytes(SamplePackages.Frames(4, seed: 1)));
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
        Assert.Equal(2, _pass.Columns);
        Assert.False(_runtime.Dispatcher.TryTake(new WeightPass(10)));
        session.OnComputed(_pass.Blocks[0]);
        _pass.Clear();
        Assert.True(_runtime.Dispatcher.TryTake(_pass));
    }

    private async Task<StreamSession> ReadyAsync(int steps, string model)
    {
        StreamSession session = _runtime.Open(steps, model: model);
        await session.WriteAsync(Bytes(SamplePackages.Frames(steps, seed: steps)));
        return session;
    }
}
