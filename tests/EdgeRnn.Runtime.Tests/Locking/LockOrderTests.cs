#if DEBUG
using EdgeRnn.Runtime.Locking;

namespace EdgeRnn.Runtime.Tests.Locking;

/// <summary>The assertion exists in debug builds only, and these tests with it.</summary>
public sealed class LockOrderTests
{
    private readonly RankedMonitor _dispatcher = new(LockRank.Dispatcher);
    private readonly RankedLock _session = new(LockRank.Session);
    private readonly RankedLock _outlet = new(LockRank.Outlet);

    [Fact]
    public void EnterScope_InOrder_IsAllowed()
    {
        for (int i = 0; i < 2; i++)
        {
            using (_dispatcher.EnterScope())
            using (_session.EnterScope())
            using (_outlet.EnterScope())
            {
            }
        }

        using (_session.EnterScope())
        {
        }

        using (_dispatcher.EnterScope())
        {
        }
    }

    [Fact]
    public void EnterScope_AgainstTheOrder_FailsTheAssertion()
    {
        using (_session.EnterScope())
            Assert.ThrowsAny<Exception>(() => _dispatcher.EnterScope().Dispose());
    }

    [Fact]
    public void EnterScope_SecondLockOfARank_FailsTheAssertion()
    {
        using (_session.EnterScope())
            Assert.ThrowsAny<Exception>(() => new RankedLock(LockRank.Session).EnterScope().Dispose());
    }
}
#endif
