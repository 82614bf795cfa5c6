using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>Wraps the scheduler's decisions for threads: sessions submit blocks, workers take passes, a timer closes blocks that are due.</summary>
public sealed class PassDispatcher : IDisposable
{
    private readonly object _gate = new();
    private readonly WeightPassScheduler _scheduler = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _armedFor = long.MaxValue;
    private bool _stopped;

    public PassDispatcher(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static self => ((PassDispatcher)self!).CloseDueBlocks(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Blocks that wait for a pass.</summary>
    internal int ReadyBlocks
    {
        get
        {
            lock (_gate) return _scheduler.ReadyBlocks;
        }
    }

    /// <summary>Takes the next pass, if blocks are ready.</summary>
    public bool TryTake(WeightPass pass)
    {
        lock (_gate) return _scheduler.TryTake(pass);
    }

    /// <summary>Waits for the next pass.</summary>
    /// <returns>False once stopped and no block is ready.</returns>
    internal bool Take(WeightPass pass)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_scheduler.TryTake(pass)) return true;
                if (_stopped) return false;
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Lets <see cref="Take"/> return once nothing is left.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    internal void Submit(FrameBlock block)
    {
        lock (_gate)
        {
            _scheduler.Enqueue(block);
            Monitor.Pulse(_gate);
        }
    }

    internal void Watch(StreamSession session, long due)
    {
        lock (_gate)
        {
            _scheduler.Watch(session, due);
            Arm();
        }
    }

    internal void Forget(StreamSession session)
    {
        lock (_gate) _scheduler.Forget(session);
    }

    public void Dispose() => _timer.Dispose();

    private void CloseDueBlocks()
    {
        while (TryTakeDue(out StreamSession? session))
        {
            if (session!.CloseIfDue(_time.GetTimestamp()) is { } later) Watch(session, later);
        }
    }

    private bool TryTakeDue(out StreamSession? session)
    {
        lock (_gate)
        {
            if (_scheduler.TakeDue(_time.GetTimestamp(), out session)) return true;
            _armedFor = long.MaxValue;
            Arm();
            return false;
        }
    }

    private void Arm()
    {
        if (_scheduler.NextWakeUp is not { } due || due >= _armedFor) return;
        _armedFor = due;
        TimeSpan wait = _time.GetElapsedTime(_time.GetTimestamp(), due);
        // Timers count whole milliseconds: rounded up, the block is due when the timer fires.
        _timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }
}
