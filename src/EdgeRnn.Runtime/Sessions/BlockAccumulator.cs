namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// Gathers a session's frames into blocks and hands the blocks out in order, one at a time. Synchronous, without clock or lock:
/// <see cref="StreamSession"/> guards it.
/// </summary>
internal sealed class BlockAccumulator
{
    private readonly Stack<FrameBlock> _free;
    private readonly Queue<FrameBlock> _ready;
    private FrameBlock? _filling;
    private bool _resetPending;
    private bool _inFlight;

    public BlockAccumulator(StreamSession session, int blocks)
    {
        _free = new Stack<FrameBlock>(blocks);
        _ready = new Queue<FrameBlock>(blocks);
        for (int i = 0; i < blocks; i++) _free.Push(new FrameBlock(session));
    }

    /// <summary>Index of the next frame.</summary>
    public long NextIndex { get; private set; }

    /// <summary>When the oldest frame arrived that waits in a block not yet closed.</summary>
    public long? OldestWaiting => _filling?.OldestArrival;

    /// <summary>Nothing waits to be computed, and nothing is being computed.</summary>
    public bool IsIdle => _filling is null && _ready.Count == 0 && !_inFlight;

    /// <summary>Takes as many of the frames as there is room for, and closes every block that gets full.</summary>
    /// <returns>Frames taken.</returns>
    public int Append(ReadOnlySpan<byte> frames, int frameBytes, long arrival, long? clientTimestamp, long now)
    {
        int taken = 0;
        while (taken * frameBytes < frames.Length && TryFill(arrival, clientTimestamp) is { } block)
        {
            int appended = block.Append(frames[(taken * frameBytes)..]);
            taken += appended;
            NextIndex += appended;
            if (block.Steps == block.Capacity) Close(BlockReason.Full, now);
        }

        return taken;
    }

    /// <summary>Closes the block that is filling, if there is one.</summary>
    public void Close(BlockReason reason, long now)
    {
        if (_filling is not { } block) return;
        (block.Reason, block.ClosedAt) = (reason, now);
        _ready.Enqueue(block);
        _filling = null;
    }

    /// <summary>Lets the next frame be computed with a new state, and those before it with the old one.</summary>
    public void Reset(long now)
    {
        Close(BlockReason.Reset, now);
        _resetPending = true;
    }

    /// <summary>The oldest closed block; null while one is in flight, for a block needs the state that its predecessor leaves.</summary>
    public FrameBlock? TakeReady()
    {
        if (_inFlight || !_ready.TryDequeue(out FrameBlock? block)) return null;
        _inFlight = true;
        return block;
    }

    /// <summary>The block in flight has been computed.</summary>
    public void Landed() => _inFlight = false;

    /// <summary>Drops what is waiting to be computed.</summary>
    public void Clear()
    {
        _filling = null;
        _ready.Clear();
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
}
