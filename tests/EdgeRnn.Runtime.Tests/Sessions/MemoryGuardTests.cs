using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Sessions;

public sealed class MemoryGuardTests
{
    private const long Mebi = 1 << 20;
    private readonly FakeTimeProvider _time = new();
    private long _resident = 40 * Mebi;
    private int _looks;

    [Fact]
    public void Reserve_SumOfPromises_IsBoundedEvenWhileNothingIsHeldYet()
    {
        MemoryGuard guard = Create();
        for (int i = 0; i < 6; i++)
            guard.Reserve(7 * Mebi);

        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => guard.Reserve(7 * Mebi));

        Assert.Equal(RefusalReason.Memory, refusal.Reason);
        Assert.Equal(
            "Memory: expected 10 MiB for the session below the server's ceiling of 100 MiB, found 40 MiB in use and 60 MiB promised to open sessions",
            refusal.Message);
    }

    [Fact]
    public void Release_OfOne_MakesRoomForOne()
    {
        MemoryGuard guard = Create();
        for (int i = 0; i < 6; i++)
            guard.Reserve(7 * Mebi);

        guard.Release(7 * Mebi);
        guard.Reserve(7 * Mebi);

        Assert.Throws<SessionRefusedException>(() => guard.Reserve(7 * Mebi));
    }

    [Fact]
    public void Reserve_ProcessHoldsMoreThanItPromised_IsRefused()
    {
        MemoryGuard guard = Create();
        guard.Reserve(7 * Mebi);
        _resident = 91 * Mebi;
        Assert.Throws<SessionRefusedException>(() => guard.Reserve(7 * Mebi));
        _resident = 90 * Mebi;
        guard.Reserve(7 * Mebi);
    }

    [Fact]
    public void Reserve_RefusedOfAStorm_ReturnsUnusedMemoryOnceInAWhile()
    {
        MemoryGuard guard = Create();
        guard.Reserve(7 * Mebi);
        _resident = 99 * Mebi;
        int first = LooksOfARefusal(guard), second = LooksOfARefusal(guard);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((second + 1, second + 1), (first, LooksOfARefusal(guard)));
    }

    [Fact]
    public void Reserve_AfterAStormThatLeftUnusedMemory_CountsFromWhatWasHeldBefore()
    {
        MemoryGuard guard = Create();
        guard.Reserve(1 * Mebi);
        guard.Release(1 * Mebi);
        _resident = 90 * Mebi;
        guard.Reserve(1 * Mebi);
        _resident = 45 * Mebi;

        guard.Reserve(49 * Mebi);
    }

    [Fact]
    public void OfProcess_ThisTestRun_HasRoomForASession()
    {
        var guard = MemoryGuard.OfProcess(streamBytes: 0, TimeProvider.System);
        guard.Reserve(1);
        Assert.InRange(ProcessMemory.Held, 1, Environment.WorkingSet);
        Assert.InRange(ProcessMemory.Ceiling, ProcessMemory.Held, long.MaxValue);
    }

    [Fact]
    public void Open_BeyondTheMemory_IsRefusedUntilASessionHasGone()
    {
        using var runtime = new SessionFixture();
        runtime.Held = () => Ceiling - 1;
        SessionRefusedException refusal = Assert.Throws<SessionRefusedException>(() => runtime.Open());
        Assert.Equal(RefusalReason.Memory, refusal.Reason);
        Assert.Equal(0, runtime.Manager.ActiveSessions);
        runtime.Held = () => 0;
        runtime.Open();
    }

    private MemoryGuard Create() => new(100 * Mebi, streamBytes: 3 * Mebi, () => Look(), _time);

    private long Look()
    {
        _looks++;
        return _resident;
    }

    private int LooksOfARefusal(MemoryGuard guard)
    {
        int before = _looks;
        Assert.Throws<SessionRefusedException>(() => guard.Reserve(7 * Mebi));
        return _looks - before;
    }
}
