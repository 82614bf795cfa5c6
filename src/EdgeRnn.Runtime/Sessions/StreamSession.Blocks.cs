using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <content>What becomes of its blocks: offered to the scheduler, taken for a weight pass, computed, delivered.</content>
internal sealed partial class StreamSession
{
    // What the scheduler was told last: only an earlier time is news.
    private long _offeredDue = long.MaxValue;

    /// <summary>Frames in the block that <see cref="Take"/> would take; by then they may be more.</summary>
    internal int WaitingSteps
    {
        get
        {
            lock (_gate)
                return _accumulator.WaitingSteps;
        }
    }

    /// <summary>Takes the oldest block for a weight pass, closed where it may be by now. For the scheduler, which is locked meanwhile.</summary>
    /// <param name="later">Where there is none, when to ask again; null for not before the next offer.</param>
    internal FrameBlock? Take(long now, out BlockTimes? later)
    {
        lock (_gate)
        {
            _offeredDue = long.MaxValue;
            FrameBlock? block = _accumulator.Take(now);
            later = block is null ? NextOffer() : null;
            return block;
        }
    }

    /// <summary>Takes a block back from its weight pass, passes its result on and offers the next block.</summary>
    internal void OnComputed(FrameBlock block)
    {
        BlockTimes? offer = null;
        bool released, gotRoom = false;
        lock (_gate)
        {
            _accumulator.Landed();
            if (!_ended)
            {
                FramesComputed += block.Steps;
                if (block.OutputCount > 0)
                {
                    block.FramesDropped = _accumulator.Dropped;
                    block.BudgetMargin = MarginOf(block);
                    Outlet.Put(new OutletItem(this, OutletItemKind.Result, block));
                }
                else
                {
                    _accumulator.Return(block);
                    gotRoom = true;
                }

                offer = NextOffer();
            }

            released = EndIfIdle();
        }

        if (offer is { } times)
            _dispatcher.Offer(Slot, times);
        if (gotRoom)
            _room.Set();
        if (released)
            _released(this);
    }

    internal void OnDelivered(FrameBlock block)
    {
        lock (_gate)
            _accumulator.Return(block);
        Volatile.Write(ref _lastActivity, _time.GetTimestamp());
        _room.Set();
    }

    private TimeSpan? MarginOf(FrameBlock block)
    {
        if (Options.LatencyBudget is null)
            return null;
        TimeSpan margin = _time.GetElapsedTime(_time.GetTimestamp(), block.Times.Deadline);
        if (margin < TimeSpan.Zero)
            _metrics.BudgetMissed(Model.Name);
        return margin;
    }

    /// <summary>What the scheduler does not know yet of the oldest waiting block.</summary>
    private BlockTimes? NextOffer()
    {
        if (_accumulator.Waiting is not { } times || times.Due >= _offeredDue)
            return null;
        _offeredDue = times.Due;
        return times;
    }
}
