using System.Numerics;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Metrics;

namespace EdgeRnn.Server.Live;

/// <summary>What is counted besides latencies and block sizes.</summary>
internal enum LiveCount
{
    /// <summary>Frames computed.</summary>
    Computed,

    /// <summary>Frames that an overload policy dropped.</summary>
    Dropped,

    /// <summary>Blocks answered.</summary>
    Blocks,

    /// <summary>Frames of answered blocks.</summary>
    Frames,

    /// <summary>Answered blocks of sessions with a latency budget.</summary>
    BudgetBlocks,

    /// <summary>Those of them that missed it.</summary>
    BudgetMisses,

    /// <summary>Weight passes, in units of 1 / <see cref="LiveSlot.PassUnit"/>: each block counts its share of its pass.</summary>
    PassShares,
}

/// <summary>
/// What was answered in a few seconds. Streams add without a lock, so a reader may see only some of the counts of one block.
/// </summary>
internal sealed class LiveSlot
{
    /// <summary>Divisible by 1 to 16: shares of a pass add up to a whole one.</summary>
    public const int PassUnit = 720_720;

    /// <summary>The values of the metric tag "stage", in the order in which a block passes them.</summary>
    public static readonly string[] Stages = [MetricNames.Stages.BlockWait, MetricNames.Stages.Queue, MetricNames.Stages.Compute, MetricNames.Stages.Total];

    // 1, 2, 3 to 4, 5 to 8, …, 2049 to 4096.
    private const int BlockSizes = 13;
    private const double SecondsPerNanosecond = 1e-9;

    private readonly long[][] _latencies = [.. Stages.Select(_ => new long[LatencyBuckets.Count])];
    private readonly long[] _blocks = new long[BlockSizes];
    private readonly long[] _counts = new long[Enum.GetValues<LiveCount>().Length];

    public long this[LiveCount what] => Volatile.Read(ref _counts[(int)what]);

    public void Add(LiveCount what, long count) => Interlocked.Add(ref _counts[(int)what], count);

    /// <summary>Counts an answered block.</summary>
    public void Add(Result result)
    {
        AddLatency(0, result.BlockWaitNs);
        AddLatency(1, result.QueueNs);
        AddLatency(2, result.ComputeNs);
        AddLatency(3, result.BlockWaitNs + result.QueueNs + result.ComputeNs);
        Interlocked.Increment(ref _blocks[Math.Min(BlockSizes - 1, BitOperations.Log2(Math.Max(1, result.BlockSteps) * 2 - 1))]);
        Add(LiveCount.Blocks, 1);
        Add(LiveCount.Frames, result.BlockSteps);
        Add(LiveCount.PassShares, PassUnit / Math.Max(1, result.PassSessions));
        if (result.HasBudgetMarginNs)
            Add(LiveCount.BudgetBlocks, 1);
        if (result.BudgetMarginNs < 0)
            Add(LiveCount.BudgetMisses, 1);
    }

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
        double passes = (double)this[LiveCount.PassShares] / PassUnit;
        return new LivePasses(Mean(LiveCount.Blocks), Mean(LiveCount.Frames));

        double? Mean(LiveCount what) => passes > 0 ? this[what] / passes : null;
    }

    private void AddLatency(int stage, ulong nanoseconds) =>
        Interlocked.Increment(ref _latencies[stage][LatencyBuckets.IndexOf(nanoseconds * SecondsPerNanosecond)]);

    private static void Add(long[] to, long[] from)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += Volatile.Read(ref from[i]);
    }
}
