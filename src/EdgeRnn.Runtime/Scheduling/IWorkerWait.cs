using EdgeRnn.Runtime.Locking;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>How a worker sleeps until a time. The seam between the dispatcher's logic and the clock: tests replace it.</summary>
internal interface IWorkerWait
{
    /// <summary>Sleeps until a pulse or until the time has come. The gate is locked before and after, and unlocked meanwhile.</summary>
    /// <param name="gate">The dispatcher's lock.</param>
    /// <param name="due">A timestamp in the future.</param>
    /// <returns>False if the time has come; true if a pulse came first.</returns>
    bool WaitUntil(RankedMonitor gate, long due);
}

/// <summary>
/// Sleeps in the monitor itself. The system's timers would fire on the thread pool, behind all requests that are queued there.
/// </summary>
internal sealed class SystemWait(TimeProvider time) : IWorkerWait
{
    public bool WaitUntil(RankedMonitor gate, long due)
    {
        // Waits count whole milliseconds: rounded up, the block is due at the end.
        double milliseconds = time.GetElapsedTime(time.GetTimestamp(), due).TotalMilliseconds;
        return gate.Wait(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, milliseconds))));
    }
}
