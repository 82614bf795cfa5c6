using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using Grpc.Core;

namespace EdgeRnn.Server.Live;

/// <summary>
/// Passes a stream's responses on to the client, and keeps what the page shows of them: the last result and the times of all.
/// </summary>
/// <remarks>One thread writes at a time; others see counts that may lack the newest result.</remarks>
internal sealed class WatchedStream(StreamSession session, IServerStreamWriter<StreamInferResponse> responses, LiveWindow window, TimeProvider time)
    : IServerStreamWriter<StreamInferResponse>
{
    private static readonly TimeSpan TroubleShows = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongWrite = TimeSpan.FromSeconds(1);

    private volatile Result? _last;
    private long _blocks;
    private long _frames;
    private long _lateBlocks;
    private long _blockWaitNs;
    private long _queueNs;
    private long _computeNs;
    private long _longestNs;
    private long _dropped;
    private long _lastLate;
    private long _lastDrop;
    private long _lastWrite;

    public StreamSession Session => session;

    /// <summary>The last result, as it was sent; null if there is none yet.</summary>
    public Result? Last => _last;

    /// <summary>Sums over all results.</summary>
    public StreamTimes Times => new(Volatile.Read(ref _blocks), Volatile.Read(ref _frames), Volatile.Read(ref _lateBlocks),
        Volatile.Read(ref _blockWaitNs), Volatile.Read(ref _queueNs), Volatile.Read(ref _computeNs));

    public WriteOptions? WriteOptions
    {
        get => responses.WriteOptions;
        set => responses.WriteOptions = value;
    }

    /// <summary>What a person should know of the stream first.</summary>
    public StreamState State => session.Activity switch
    {
        SessionActivity.Draining => StreamState.Draining,
        _ when IsRecent(Volatile.Read(ref _lastDrop)) => StreamState.Dropping,
        // Results wait, and the one before them is still being written.
        _ when session.Outlet.Count > 0 && time.GetElapsedTime(Volatile.Read(ref _lastWrite)) > LongWrite => StreamState.Unread,
        SessionActivity.Silent => StreamState.Silent,
        _ when IsRecent(Volatile.Read(ref _lastLate)) => StreamState.Late,
        _ => StreamState.Active,
    };

    /// <summary>The longest time of a frame since the last call, in nanoseconds.</summary>
    public long TakeLongest() => Interlocked.Exchange(ref _longestNs, 0);

    public Task WriteAsync(StreamInferResponse message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(StreamInferResponse message, CancellationToken cancellationToken)
    {
        if (message.Result is { } result)
            Add(result);
        Volatile.Write(ref _lastWrite, time.GetTimestamp());
        return responses.WriteAsync(message, cancellationToken);
    }

    private void Add(Result result)
    {
        _last = result;
        window.Current.Add(result);
        bool isLate = result.HasBudgetMarginNs
            ? result.BudgetMarginNs < 0
            : result.QueueNs + result.ComputeNs > (ulong)session.Options.MaxBlockDelay.TotalNanoseconds;
        Volatile.Write(ref _blocks, _blocks + 1);
        Volatile.Write(ref _frames, _frames + result.BlockSteps);
        Volatile.Write(ref _blockWaitNs, _blockWaitNs + (long)result.BlockWaitNs);
        Volatile.Write(ref _queueNs, _queueNs + (long)result.QueueNs);
        Volatile.Write(ref _computeNs, _computeNs + (long)result.ComputeNs);
        Volatile.Write(ref _longestNs, Math.Max(_longestNs, (long)(result.BlockWaitNs + result.QueueNs + result.ComputeNs)));
        if (isLate)
        {
            Volatile.Write(ref _lateBlocks, _lateBlocks + 1);
            Volatile.Write(ref _lastLate, time.GetTimestamp());
        }

        if ((long)result.FramesDropped > _dropped)
        {
            window.Current.Add(LiveCount.Dropped, (long)result.FramesDropped - _dropped);
            _dropped = (long)result.FramesDropped;
            Volatile.Write(ref _lastDrop, time.GetTimestamp());
        }
    }

    private bool IsRecent(long timestamp) => timestamp > 0 && time.GetElapsedTime(timestamp) < TroubleShows;
}

/// <summary>Sums over a stream's results.</summary>
/// <param name="Late">Blocks that missed their budget or, without one, were waiting and computed for longer than their longest wait.</param>
internal sealed record StreamTimes(long Blocks, long Frames, long Late, long BlockWaitNs, long QueueNs, long ComputeNs);

/// <summary>What the page shows of an open stream, the most important first.</summary>
internal enum StreamState
{
    /// <summary>Its overload policy has dropped frames a moment ago.</summary>
    Dropping,

    /// <summary>The client has not taken a result for a while.</summary>
    Unread,

    /// <summary>No frame came for long.</summary>
    Silent,

    /// <summary>Blocks were late a moment ago.</summary>
    Late,

    /// <summary>It takes no more input.</summary>
    Draining,

    /// <summary>All is well.</summary>
    Active,
}
