using System.Globalization;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// Admits sessions as long as there is memory for them, so that a storm of clients is refused rather than the process killed. A session
/// must fit twice: what all sessions may come to hold beside what the process held without them, and what it really holds now.
/// </summary>
/// <param name="ceiling">Bytes that the process may hold.</param>
/// <param name="streamBytes">The most that a stream holds beside its session: state of the transport, unread input, messages.</param>
/// <param name="held">Bytes that the process holds.</param>
public sealed class MemoryGuard(long ceiling, long streamBytes, Func<long> held, TimeProvider time)
{
    // Unused memory goes back to the system before a session is refused, but not for each client of a storm.
    private static readonly TimeSpan ReturnPeriod = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private long _baseline;
    private long _reserved;
    private long? _lastReturn;

    /// <summary>
    /// Bytes that this process may hold: where the runtime itself calls memory scarce, at 90 % of the container's limit, or of the
    /// machine's memory where there is none.
    /// </summary>
    public static long ProcessCeiling => GC.GetGCMemoryInfo(GCKind.Any).HighMemoryLoadThresholdBytes;

    /// <summary>
    /// Bytes that this process holds. Of the program's files in memory it is half: the kernel may drop them all, but a server that reads
    /// its own code from an SD card between two blocks is a late one.
    /// </summary>
    public static long ProcessHeld => Environment.WorkingSet - MappedFiles() / 2;

    /// <summary>A guard of this process.</summary>
    /// <inheritdoc cref="MemoryGuard(long, long, Func{long}, TimeProvider)"/>
    public static MemoryGuard OfProcess(long streamBytes, TimeProvider time) =>
        new(ProcessCeiling, streamBytes, static () => ProcessHeld, time);

    /// <summary>Takes the memory of a session, to be given back by <see cref="Release"/>.</summary>
    /// <param name="sessionBytes">What the session's own buffers hold.</param>
    /// <exception cref="SessionRefusedException">There is not enough.</exception>
    public void Reserve(long sessionBytes)
    {
        long cost = sessionBytes + streamBytes;
        lock (_gate)
        {
            if (_reserved == 0)
                _baseline = Math.Min(_baseline == 0 ? long.MaxValue : _baseline, held());
            if (_baseline + _reserved + cost > ceiling || (held() + cost > ceiling && !TryReturnUnused(cost)))
            {
                throw new SessionRefusedException(RefusalReason.Memory,
                    $"memory: expected {Mebi(cost)} for the session below the server's ceiling of {Mebi(ceiling)}, "
                    + $"found {Mebi(held())} in use and {Mebi(_reserved)} promised to open sessions");
            }

            _reserved += cost;
        }
    }

    /// <param name="sessionBytes">As it was reserved.</param>
    public void Release(long sessionBytes)
    {
        lock (_gate)
            _reserved -= sessionBytes + streamBytes;
    }

    /// <summary>Bytes of files in memory; 0 where the system does not tell.</summary>
    private static long MappedFiles()
    {
        const string Status = "/proc/self/status", Field = "RssFile:", Unit = " kB";
        if (!File.Exists(Status))
            return 0;
        string? line = File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is not null && line.EndsWith(Unit, StringComparison.Ordinal)
            && long.TryParse(
                line.AsSpan()[Field.Length..^Unit.Length].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long kibi)
            ? kibi << 10
            : 0;
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
