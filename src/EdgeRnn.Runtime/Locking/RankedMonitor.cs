namespace EdgeRnn.Runtime.Locking;

/// <summary>A monitor with its place in the lock order: a lock whose holder can wait for a pulse.</summary>
internal sealed class RankedMonitor(LockRank rank)
{
    /// <summary>Locks until the scope is disposed.</summary>
    public Scope EnterScope()
    {
        LockOrder.Enter(rank);
        Monitor.Enter(this);
        return new Scope(this, rank);
    }

    /// <summary>Gives the lock up until a pulse comes. By its holder.</summary>
    public void Wait() => Monitor.Wait(this);

    /// <summary>Gives the lock up until a pulse or a time-out comes. By its holder.</summary>
    /// <returns>False if the time-out came first.</returns>
    public bool Wait(TimeSpan timeout) => Monitor.Wait(this, timeout);

    /// <summary>Wakes one thread that waits. By the holder.</summary>
    public void Pulse() => Monitor.Pulse(this);

    /// <summary>Wakes all threads that wait. By the holder.</summary>
    public void PulseAll() => Monitor.PulseAll(this);

    public readonly ref struct Scope(RankedMonitor monitor, LockRank rank)
    {
        public void Dispose()
        {
            Monitor.Exit(monitor);
            LockOrder.Exit(rank);
        }
    }
}
