using System.Diagnostics;
using EdgeRnn.Protocol.V1;
using HdrHistogram;

namespace EdgeRnn.Cli.Load;

/// <summary>Counts answers and their latencies from the times at which frames were due. Thread-safe.</summary>
/// <param name="start">The timestamp at which the plan began.</param>
internal sealed class LoadTally(LoadPlan plan, long start)
{
    private const long MaxMicroseconds = 3_600_000_000;
    private const int Digits = 3;
    private const int MaxMisses = 100_000;

    private readonly Lock _gate = new();
    private readonly LongHistogram _latencies = new(MaxMicroseconds, Digits);
    private readonly SortedDictionary<int, long> _blockSteps = [];
    private readonly SortedDictionary<int, long> _passSessions = [];
    private readonly List<(long Due, long Answered)> _misses = [];
    private readonly long _budget = plan.Budget is { } budget ? (long)(budget.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;
    private long _elapsed;

    public long Answered { get; private set; }

    public long Misses { get; private set; }

    /// <summary>Blocks by their number of frames.</summary>
    public IReadOnlyDictionary<int, long> BlockSteps => _blockSteps;

    /// <summary>Blocks by the number of sessions that shared their weight pass.</summary>
    public IReadOnlyDictionary<int, long> PassSessions => _passSessions;

    /// <summary>Time from the start to the last answer.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(0, _elapsed);

    /// <summary>Timestamps of the answers that came too late, at most the first 100,000.</summary>
    public IReadOnlyList<(long Due, long Answered)> LateAnswers => _misses;

    /// <summary>Counts the frames that a result answers.</summary>
    public void Add(int stream, Result result, long now)
    {
        long first = (long)result.FirstIndex;
        lock (_gate)
        {
            Answered += result.Count;
            _elapsed = Math.Max(_elapsed, now - start);
            Count(_blockSteps, (int)result.BlockSteps);
            Count(_passSessions, (int)result.PassSessions);
            if (plan.Rate is null)
                return;
            for (long frame = first; frame < first + result.Count; frame++)
                Record(plan.FrameDueAt(stream, frame), now, 1);
        }
    }

    /// <summary>
    /// Counts frames of a message that have no answer yet, with the time until now: a lower bound of their latency.
    /// </summary>
    public void AddUnanswered(int stream, long message, int frames, long now)
    {
        lock (_gate)
            Record(plan.DueAt(stream, message), now, frames);
    }

    public LatencyReport Latency()
    {
        lock (_gate)
        {
            return new LatencyReport(At(50), At(90), At(99), At(99.9), _latencies.TotalCount == 0 ? 0 : _latencies.GetMaxValue() / 1000.0);
        }

        double At(double percentile) => _latencies.TotalCount == 0 ? 0 : _latencies.GetValueAtPercentile(percentile) / 1000.0;
    }

    private void Record(long due, long now, int frames)
    {
        long latency = now - (start + due);
        _latencies.RecordValueWithCount(Math.Clamp(latency / (Stopwatch.Frequency / 1_000_000), 0, MaxMicroseconds), frames);
        if (latency <= _budget)
            return;
        Misses += frames;
        if (_misses.Count < MaxMisses)
            _misses.Add((start + due, now));
    }

    private static void Count(SortedDictionary<int, long> counts, int value) =>
        counts[value] = counts.GetValueOrDefault(value) + 1;
}
