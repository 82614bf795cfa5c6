using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// Gathers a session's frames into blocks and hands the blocks out in order, one at a time. Synchronous; guarded by the session's lock.
/// </summary>
internal sealed class BlockAccumulator
{
    private readonly Stack<FrameBlock> _free;
    private readonly Queue<FrameBlock> _ready;
    private readonly BlockClock _clock;
    private readonly ModelQueue _queue;
    private readonly OverloadPolicy _policy;
    private FrameBlock? _filling;
    private bool _resetPending;
    private bool _inFlight;

    public BlockAccumulator(StreamSession session, int blocks, BlockClock clock)
    {
        _clock = clock;
        _queue = session.Slot.Queue;
        _policy = session.Options.OverloadPolicy;
        _free = new Stack<FrameBlock>(blocks);
        _ready = new Queue<FrameBlock>(blocks);
        for (int i = 0; i < blocks; i++)
            _free.Push(new FrameBlock(session));
    }

    /// <summary>Index of the next frame.</summary>
    public long NextIndex { get; private set; }

    /// <summary>Frames that were dropped by the overload policy.</summary>
    public long Dropped { get; private set; }

    /// <summary>
    /// When the oldest waiting block is to be computed; null if none waits or its predecessor is still being computed.
    /// </summary>
    public BlockTimes? Waiting => _inFlight ? null : _ready.TryPeek(out FrameBlock? block) ? block.Times : _filling?.Times;

    /// <summary>Frames in the oldest waiting block.</summary>
    public int WaitingSteps => _ready.TryPeek(out FrameBlock? block) ? block.Steps : _filling?.Steps ?? 0;

    /// <summary>Whether no frame waits to be computed and no block is being computed.</summary>
    public bool IsIdle => _filling is null && _ready.Count == 0 && !_inFlight;

    /// <summary>
    /// Takes as many frames as there is room for, or drops frames as the policy says; closes every block that becomes full.
    /// </summary>
    /// <returns>Frames taken, including those that were dropped.</returns>
    public int Append(ReadOnlySpan<byte> frames, int frameBytes, long arrival, long? clientTimestamp, long now)
    {
        int count = frames.Length / frameBytes, taken = 0;
        while (taken < count)
        {
            if (TryFill(arrival, clientTimestamp) is { } block)
            {
                taken += Fill(block, frames[(taken * frameBytes)..], arrival, now);
            }
            else if (_policy == OverloadPolicy.Block)
            {
                break;
            }
            else if (_policy == OverloadPolicy.Reject || !DropOldest())
            {
                Dropped += count - taken;
                NextIndex += count - taken;
                taken = count;
            }
        }

        _clock.Arrived(arrival, taken);
        return taken;
    }

    /// <summary>Closes the block that is filling, if there is one.</summary>
    public void Close(BlockReason reason, long now)
    {
        if (_filling is not { } block)
            return;
        block.Close(reason, now, _clock.Closed(block.OldestArrival, now));
        _ready.Enqueue(block);
        _filling = null;
    }

    /// <summary>Has the next frame computed with a new state, and the frames before it with the old one.</summary>
    public void Reset(long now)
    {
        Close(BlockReason.Reset, now);
        _resetPending = true;
    }

    /// <summary>
    /// Takes the oldest waiting block and closes it if it may be closed now. Null while its predecessor is being computed: it needs that state.
    /// </summary>
    public FrameBlock? Take(long now)
    {
        if (_inFlight)
            return null;
        // A block that is due waits for a worker: from then on it counts as queued.
        if (_ready.Count == 0 && _filling is { } block && block.Times.JoinFrom <= now)
            Close(BlockReason.Delay, Math.Min(now, block.Times.Due));
        _inFlight = _ready.TryDequeue(out FrameBlock? oldest);
        if (oldest is not null)
            _queue.CountWaiting(-oldest.Steps);
        return oldest;
    }

    /// <summary>The block in flight has been computed.</summary>
    public void TakeBack() => _inFlight = false;

    /// <summary>Discards the frames that wait to be computed.</summary>
    public void Clear()
    {
        if (_filling is { } block)
            _queue.CountWaiting(-block.Steps);
        _filling = null;
        while (_ready.TryDequeue(out FrameBlock? closed))
            _queue.CountWaiting(-closed.Steps);
    }

    /// <summary>Takes a delivered block back.</summary>
    public void Return(FrameBlock block) => _free.Push(block);

    private FrameBlock? TryFill(long arrival, long? clientTimestamp)
    {
        if (_filling is null && _free.TryPop(out _filling))
        {
            _filling.Begin(NextIndex, arrival, clientTimestamp, _resetPending);
            _resetPending = false;
        }

        return _filling;
    }

    private int Fill(FrameBlock block, ReadOnlySpan<byte> frames, long arrival, long now)
    {
        int appended = block.Append(frames);
        NextIndex += appended;
        _queue.CountWaiting(appended);
        if (block.Steps == block.Capacity)
            Close(BlockReason.Full, now);
        else
            block.Times = _clock.Filling(block.OldestArrival, arrival, block.Steps);
        return appended;
    }

    /// <summary>
    /// Frees the oldest closed block. If the state was to be reset before it, it is reset before the next block.
    /// </summary>
    private bool DropOldest()
    {
        if (!_ready.TryDequeue(out FrameBlock? oldest))
            return false;
        if (_ready.TryPeek(out FrameBlock? next))
            next.ResetsState |= oldest.ResetsState;
        else
            _resetPending |= oldest.ResetsState;
        Dropped += oldest.Steps;
        _queue.CountWaiting(-oldest.Steps);
        _free.Push(oldest);
        return true;
    }
}
