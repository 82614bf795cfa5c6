namespace EdgeRnn.Runtime.Sessions;

/// <content>What becomes of its blocks: due, computed, delivered.</content>
public sealed partial class StreamSession
{
    /// <summary>Closes the block that is filling if its oldest frame has waited long enough.</summary>
    /// <returns>When to look again; null where no frame waits.</returns>
    internal long? CloseIfDue(long now)
    {
        FrameBlock? ready;
        lock (_gate)
        {
            if (_ended || _accumulator.OldestWaiting is not { } oldest) return null;
            long due = DueAt(oldest);
            if (due > now) return due;
            _accumulator.Close(BlockReason.Delay, now);
            ready = _accumulator.TakeReady();
        }

        if (ready is not null) _dispatcher.Submit(ready);
        return null;
    }

    /// <summary>Takes a block back from its weight pass, passes its result on and sends the next block on its way.</summary>
    internal void OnComputed(FrameBlock block)
    {
        FrameBlock? next = null;
        bool released, gotRoom = false;
        lock (_gate)
        {
            _accumulator.Landed();
            if (!_ended)
            {
                FramesComputed += block.Steps;
                if (block.OutputCount > 0)
                {
                    Outlet.Put(new OutletItem(this, OutletItemKind.Result, block));
                }
                else
                {
                    _accumulator.Return(block);
                    gotRoom = true;
                }

                next = _accumulator.TakeReady();
            }

            released = EndIfIdle();
        }

        if (next is not null) _dispatcher.Submit(next);
        if (gotRoom) _room.Set();
        if (released) _released(this);
    }

    internal void OnDelivered(FrameBlock block)
    {
        lock (_gate) _accumulator.Return(block);
        Volatile.Write(ref _lastActivity, _time.GetTimestamp());
        _room.Set();
    }
}
