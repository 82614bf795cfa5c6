using EdgeRnn.Runtime.Locking;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Tests.Scheduling;

public sealed class SystemWaitTests
{
    private readonly RankedMonitor _gate = new(LockRank.Dispatcher);
    private readonly SystemWait _wait = new(TimeProvider.System);

    [Fact]
    public void WaitUntil_NoPulse_ReturnsFalseOnceTheTimeHasCome()
    {
        long due = After(TimeSpan.FromMilliseconds(20));
        using (_gate.EnterScope())
            Assert.False(_wait.WaitUntil(_gate, due));
        Assert.True(TimeProvider.System.GetTimestamp() >= due);
    }

    [Fact]
    public void WaitUntil_TimeHasPassed_ReturnsFalse()
    {
        using (_gate.EnterScope())
            Assert.False(_wait.WaitUntil(_gate, TimeProvider.System.GetTimestamp() - 1));
    }

    [Fact]
    public async Task WaitUntil_Pulse_ReturnsTrue()
    {
        bool isWaiting = false;
        Task<bool> waiting = Task.Run(() =>
        {
            using (_gate.EnterScope())
            {
                isWaiting = true;
                return _wait.WaitUntil(_gate, After(TimeSpan.FromHours(1)));
            }
        });
        // The gate is free again only once the thread waits.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                using (_gate.EnterScope())
                {
                    _gate.Pulse();
                    return isWaiting;
                }
            },
            TimeSpan.FromSeconds(30)));
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static long After(TimeSpan duration) =>
        TimeProvider.System.GetTimestamp() + (long)(duration.TotalSeconds * TimeProvider.System.TimestampFrequency);
}
