namespace EdgeRnn.Runtime.Locking;

/// <summary>A lock with its place in the lock order.</summary>
internal sealed class RankedLock(LockRank rank)
{
    private readonly Lock _lock = new();

    /// <summary>Locks until the scope is disposed.</summary>
    public Scope EnterScope()
    {
        LockOrder.Enter(rank);
        return new Scope(_lock.EnterScope(), rank);
    }

    public ref struct Scope(Lock.Scope scope, LockRank rank)
    {
        private Lock.Scope _scope = scope;

        public void Dispose()
        {
            _scope.Dispose();
            LockOrder.Exit(rank);
        }
    }
}
