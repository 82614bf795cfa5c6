using EdgeRnn.Runtime.Locking;
using EdgeRnn.Runtime.Metrics;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// Admits sessions as long as there is memory for them, so that a storm of clients is refused instead of ending the process. A session
/// must pass two checks: all that open sessions may come to hold, besides what the process held without sessions, must stay below the
/// ceiling; and so must what the process holds now.
/// </summary>
/// <param name="ceiling">Bytes that the process may hold.</param>
/// <param name="streamBytes">The most that a stream holds beside its session: state of the transport, unread input, messages.</param>
/// <param name="held">Bytes that the process holds.</param>
internal sealed class MemoryGuard(long ceiling, long streamBytes, Func<long> held, TimeProvider time)
{
    // Unused memory is returned to the system before a session is refused, but not for every client of a storm.
    private static readonly TimeSpan ReturnPeriod = TimeSpan.FromSeconds(2);

    private readonly RankedLock _gate = new(LockRank.Memory);
    private long _baseline;
    private long _reserved;
    private long? _lastReturn;

    /// <summary>A guard of this process.</summary>
    /// <inheritdoc cref="MemoryGuard(long, long, Func{long}, TimeProvider)"/>
    public static MemoryGuard OfProcess(long streamBytes, TimeProvider time) =>
        new(ProcessMemory.Ceiling, streamBytes, static () => ProcessMemory.Held, time);

    /// <summary>Takes the memory of a session, to be given back by <see cref="Release"/>.</summary>
    /// <param name="sessionBytes">What the session's own buffers hold.</param>
    /// <exception cref="SessionRefusedException">There is not enough.</exception>
    public void Reserve(long sessionBytes)
    {
        long cost = sessionBytes + streamBytes;
        using (_gate.EnterScope())
        {
            if (_reserved == 0)
                _baseline = Math.Min(_baseline == 0 ? long.MaxValue : _baseline, held());
            if (_baseline + _reserved + cost > ceiling || (held() + cost > ceiling && !TryReturnUnused(cost)))
            {
                throw new SessionRefusedException(RefusalReason.Memory, new Violation(RequestField.Memory,
                    $"{Mebi(cost)} for the session below the server's ceiling of {Mebi(ceiling)}",
                    $"{Mebi(held())} in use and {Mebi(_reserved)} promised to open sessions"));
            }

            _reserved += cost;
        }
    }

    /// <param name="sessionBytes">As it was reserved.</param>
    public void Release(long sessionBytes)
    {
        using (_gate.EnterScope())
            _reserved -= sessionBytes + streamBytes;
    }

    private bool TryReturnUnused(long cost)
    {
        if (_lastReturn is { } last && time.GetElapsedTime(last) < ReturnPeriod)
            return false;
        _lastReturn = time.GetTimestamp();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return held() + cost <= ceiling;
    }

    private static string Mebi(long bytes) => FormattableString.Invariant($"{bytes / (1024.0 * 1024):0.#} MiB");
}
