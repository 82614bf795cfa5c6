using System.Numerics;
using EdgeRnn.Runtime.Metrics;

namespace EdgeRnn.Server.Live;

/// <summary>The counts besides latencies and block sizes.</summary>
internal enum LiveCount
{
    Accepted,
    Computed,
    BudgetMisses,
    Dropped,
    Passes,
    SharedPasses,
    PassSessions,
    PassFrames,
}

/// <summary>Counts of a few seconds. Workers add without a lock, so a reader may see only some of the counts of one block.</summary>
internal sealed class LiveSlot
{
    /// <summary>The values of the metric tag "stage", in the order in which a block passes them.</summary>
    public static readonly string[] Stages = [MetricNames.Stages.BlockWait, MetricNames.Stages.Queue, MetricNames.Stages.Compute, MetricNames.Stages.Total];

    // 1, 2, 3 to 4, 5 to 8, …, 2049 to 4096.
    private const int BlockSizes = 13;

    private readonly long[][] _latencies = [.. Stages.Select(_ => new long[LatencyBuckets.Count])];
    private readonly long[] _blocks = new long[BlockSizes];
    private readonly long[] _counts = new long[Enum.GetValues<LiveCount>().Length];

    public long this[LiveCount what] => Volatile.Read(ref _counts[(int)what]);

    public void Add(LiveCount what, long count) => Interlocked.Add(ref _counts[(int)what], count);

    public void AddLatency(int stage, double seconds) => Interlocked.Increment(ref _latencies[stage][LatencyBuckets.IndexOf(seconds)]);

    public void AddBlock(int steps) =>
        Interlocked.Increment(ref _blocks[Math.Min(BlockSizes - 1, BitOperations.Log2((uint)Math.Max(1, steps) * 2 - 1))]);

    public void Add(LiveSlot other)
    {
        for (int stage = 0; stage < Stages.Length; stage++)
            Add(_latencies[stage], other._latencies[stage]);
        Add(_blocks, other._blocks);
        Add(_counts, other._counts);
    }

    public void Clear()
    {
        foreach (long[] latencies in _latencies)
            Array.Clear(latencies);
        Array.Clear(_blocks);
        Array.Clear(_counts);
    }

    public IReadOnlyList<LiveLatency> Latencies() => [.. Stages.Select((stage, i) => new LiveLatency(stage, _latencies[i].Sum(),
        LatencyBuckets.Percentile(_latencies[i], 0.5), LatencyBuckets.Percentile(_latencies[i], 0.95),
        LatencyBuckets.Percentile(_latencies[i], 0.99)))];

    /// <summary>The bins up to the largest block.</summary>
    public IReadOnlyList<LiveBlocks> Blocks() => [.. _blocks
        .Take(Array.FindLastIndex(_blocks, count => count > 0) + 1)
        .Select((count, i) => new LiveBlocks(i == 0 ? 1 : (1 << (i - 1)) + 1, 1 << i, count))];

    public LivePasses Passes()
    {
        long passes = this[LiveCount.Passes];
        return new LivePasses(passes, this[LiveCount.SharedPasses], Mean(LiveCount.PassSessions), Mean(LiveCount.PassFrames));

        double? Mean(LiveCount what) => passes > 0 ? (double)this[what] / passes : null;
    }

    private static void Add(long[] to, long[] from)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += Volatile.Read(ref from[i]);
    }
}

/// <summary>The last 3 minutes: a ring of slots, in which each new slot replaces the oldest.</summary>
internal sealed class LiveWindow
{
    private const int SecondsPerSlot = 5;
    private const int SlotCount = 36;

    private readonly LiveSlot[] _slots = [.. Enumerable.Range(0, SlotCount).Select(_ => new LiveSlot())];
    private int _seconds;
    private volatile LiveSlot _current;

    public LiveWindow() => _current = _slots[0];

    /// <summary>The slot to add to.</summary>
    public LiveSlot Current => _current;

    /// <summary>Seconds that the window covers.</summary>
    public int Seconds => Math.Min(_seconds, SecondsPerSlot * SlotCount);

    /// <summary>Must be called once per second.</summary>
    public void Tick()
    {
        if (++_seconds % SecondsPerSlot != 0)
            return;
        LiveSlot next = _slots[_seconds / SecondsPerSlot % SlotCount];
        next.Clear();
        _current = next;
    }

    public LiveSlot Sum()
    {
        var sum = new LiveSlot();
        foreach (LiveSlot slot in _slots)
            sum.Add(slot);
        return sum;
    }
}
