using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <content>The way of a session's blocks: offered to the scheduler, taken for a weight pass, computed, delivered.</content>
internal sealed partial class StreamSession
{
    // The time of the scheduler's current offer. Offers that are not earlier are not repeated.
    private long _offeredDue = long.MaxValue;

    /// <inheritdoc/>
    public PassBlock? Take(long now, out BlockTimes? later)
    {
        using (_gate.EnterScope())
        {
            _offeredDue = long.MaxValue;
            FrameBlock? block = _accumulator.Take(now);
            later = block is null ? NextOffer() : null;
            return block;
        }
    }

    /// <summary>Takes a block back from its weight pass, passes its result on and offers the next block.</summary>
    /// <param name="succeeded">False if the model failed: the session ends.</param>
    public void OnComputed(FrameBlock block, bool succeeded)
    {
        if (!succeeded)
            Abort(SessionEnd.ModelFault, "the model failed");
        BlockTimes? offer = null;
        SessionActions actions = SessionActions.None;
        using (_gate.EnterScope())
        {
            _accumulator.TakeBack();
            if (_lifecycle.State < SessionState.Ended)
            {
                FramesComputed += block.Steps;
                if (!TryDeliver(block))
                    actions = SessionActions.WakeWriter;
                offer = NextOffer();
            }

            actions |= Transit(SessionEvent.BlockComputed);
        }

        Perform(actions, offer);
    }

    /// <summary>A delivered block is free again.</summary>
    public void OnDelivered(FrameBlock block)
    {
        using (_gate.EnterScope())
            _accumulator.Return(block);
        Volatile.Write(ref _lastActivity, _time.GetTimestamp());
        _room.Set();
    }

    /// <summary>Puts a computed block into the outlet.</summary>
    /// <returns>False if it has no output to deliver: then it is free at once.</returns>
    private bool TryDeliver(FrameBlock block)
    {
        if (block.OutputCount == 0)
        {
            _accumulator.Return(block);
            return false;
        }

        block.FramesDropped = _accumulator.Dropped;
        block.BudgetMargin = MarginOf(block);
        Outlet.Put(new OutletItem(this, OutletItemKind.Result, block));
        return true;
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

    /// <summary>The times of the oldest waiting block, if the scheduler does not know them yet.</summary>
    private BlockTimes? NextOffer()
    {
        if (_accumulator.Waiting is not { } times || times.Due >= _offeredDue)
            return null;
        _offeredDue = times.Due;
        return times;
    }
}
