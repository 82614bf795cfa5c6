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
    private bool _stopped, _ready;
    private int _waiting, _invitations;

    public PassDispatcher(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static self => ((PassDispatcher)self!).CloseDueBlocks(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether a block is ready, without a lock: a hint.</summary>
    internal bool HasReady => Volatile.Read(ref _ready);

    /// <summary>How often <see cref="Invite"/> was called.</summary>
    internal int Invitations => Volatile.Read(ref _invitations);

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
        lock (_gate)
        {
            bool taken = _scheduler.TryTake(pass);
            Volatile.Write(ref _ready, _scheduler.HasReady);
            return taken;
        }
    }

    /// <summary>Waits until blocks are ready, or somebody has invited since <paramref name="invitations"/> was read.</summary>
    /// <returns>False once stopped and no block is ready.</returns>
    internal bool WaitForWork(int invitations)
    {
        lock (_gate)
        {
            // Before the invitations are read: who invites reads it afterwards, so one of the two sees the other.
            Interlocked.Increment(ref _waiting);
            try
            {
                while (true)
                {
                    if (_scheduler.HasReady) return true;
                    if (_stopped) return false;
                    if (Invitations != invitations) return true;
                    Monitor.Wait(_gate);
                }
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    /// <summary>Wakes workers that wait, at most so many, to help with a pass.</summary>
    internal void Invite(int most)
    {
        Interlocked.Increment(ref _invitations);
        if (Volatile.Read(ref _waiting) == 0) return;
        lock (_gate)
        {
            for (int i = Math.Min(most, _waiting); i > 0; i--) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Lets <see cref="WaitForWork"/> return once nothing is left.</summary>
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
            Volatile.Write(ref _ready, true);
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
