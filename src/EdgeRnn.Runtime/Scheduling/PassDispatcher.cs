using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>Wraps the scheduler's decisions for threads: sessions offer blocks, workers wait for them to be due and take passes.</summary>
internal sealed class PassDispatcher : IDisposable
{
    // About what it costs to wake a worker, and then the one who delivers. Longer passes are not worth holding up a stream's reader for.
    private const double ShortPassSeconds = 30e-6;
    private const int MaxPassesInARow = 4;
    // Waits count whole milliseconds: who waits already is not woken for less than a part of one. A block is due a little earlier with each
    // of its frames.
    private const double ToleranceSeconds = 250e-6;

    private readonly object _gate = new();
    private readonly WeightPassScheduler _scheduler;
    private readonly RuntimeOptions _options;
    private readonly TimeProvider _time;
    // Time that a test moves wakes the workers by its timers. The system's timers fire on the thread pool, behind whatever else is queued
    // there: with it a worker waits by itself.
    private readonly ITimer? _timer;
    private readonly long _tolerance;
    private long _wakeUp = long.MaxValue;
    private long _nextDue = long.MaxValue;
    private bool _stopped;
    private int _waiting, _invitations;
    private PassExecutor? _ofCallers;
    private int _callerThread;

    public PassDispatcher(RuntimeOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _tolerance = (long)(ToleranceSeconds * time.TimestampFrequency);
        _scheduler = new WeightPassScheduler(options, time.TimestampFrequency);
        Pace = new SchedulerPace(options.WorkerCount);
        if (time != TimeProvider.System)
        {
            _timer = time.CreateTimer(
                static self => ((PassDispatcher)self!).WakeUp(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whether a block is due, without a lock: a hint.</summary>
    internal bool HasReady => Volatile.Read(ref _nextDue) is var due && due < long.MaxValue && due <= _time.GetTimestamp();

    /// <summary>The timestamp from which <see cref="TryTake"/> finds something; <see cref="long.MaxValue"/> for never.</summary>
    internal long NextDue => Volatile.Read(ref _nextDue);

    /// <summary>How often <see cref="Invite"/> was called.</summary>
    internal int Invitations => Volatile.Read(ref _invitations);

    internal SchedulerPace Pace { get; }

    /// <summary>Blocks that wait for a pass.</summary>
    internal int ReadyBlocks
    {
        get
        {
            lock (_gate)
                return _scheduler.ReadyBlocks(_time.GetTimestamp());
        }
    }

    /// <summary>
    /// Measures what a model's passes cost, so that budgets can be kept from the first block on. Before sessions are opened on it.
    /// </summary>
    public void Measure(RecurrentModel model) => Add(model, PassCostProbe.Measure(model, _options.MaxPassColumns, _time));

    /// <summary>A model's queue, with costs yet to be learned where they were not measured.</summary>
    internal ModelQueue QueueOf(RecurrentModel model)
    {
        lock (_gate)
            return _scheduler.Find(model) ?? _scheduler.Add(model, new PassCost(_options.MaxPassColumns));
    }

    internal ModelQueue Add(RecurrentModel model, PassCost cost)
    {
        lock (_gate)
            return _scheduler.Add(model, cost);
    }

    /// <summary>Takes the next pass, if blocks are due.</summary>
    /// <param name="longest">Seconds that it may be expected to take.</param>
    public bool TryTake(WeightPass pass, double longest = double.PositiveInfinity)
    {
        lock (_gate)
        {
            bool taken = _scheduler.TryTake(pass, _time.GetTimestamp(), longest);
            NoteNextDue();
            // Whoever takes a pass watches the clock no longer, and there may be work for another.
            if (taken)
                PulseIfDue();
            return taken;
        }
    }

    /// <summary>A pass has been computed.</summary>
    internal void Landed(WeightPass pass, TimeSpan computed)
    {
        lock (_gate)
        {
            pass.Queue.Landed(pass.Columns, computed.TotalSeconds);
            Pace.Landed(computed.TotalSeconds);
            NoteNextDue();
        }
    }

    /// <summary>Waits until blocks are due, or somebody has invited since <paramref name="invitations"/> was read.</summary>
    /// <returns>False once stopped and no block is due.</returns>
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
                    if (HasReady)
                        return true;
                    if (_stopped)
                        return false;
                    if (Invitations != invitations)
                    {
                        // Who helps watches the clock no longer.
                        PulseIfDue();
                        return true;
                    }

                    Wait();
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
        if (Volatile.Read(ref _waiting) == 0)
            return;
        lock (_gate)
        {
            for (int i = Math.Min(most, _waiting); i > 0; i--)
                Monitor.Pulse(_gate);
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

    /// <summary>
    /// Lets who offers a block compute it where that is shorter than waking a worker. Null ends that, once the last one is done.
    /// </summary>
    internal void LetCallersCompute(PassExecutor? executor)
    {
        lock (_gate)
        {
            _ofCallers = executor;
            while (executor is null && _callerThread != 0)
                Monitor.Wait(_gate);
        }
    }

    /// <summary>A session has a block to be computed.</summary>
    /// <param name="mayCompute">The calling thread holds no lock, and has the time for a short pass.</param>
    internal void Offer(SessionSlot slot, BlockTimes times, bool mayCompute = false)
    {
        PassExecutor? executor;
        lock (_gate)
        {
            bool isAlone = !HasReady;
            _scheduler.Offer(slot, times);
            NoteNextDue();
            executor = mayCompute && isAlone && _callerThread == 0 && IsShort(slot) && HasReady ? _ofCallers : null;
            if (executor is not null)
                _callerThread = Environment.CurrentManagedThreadId;
            // Who computes looks for more by himself.
            else if (_callerThread != Environment.CurrentManagedThreadId)
                PulseIfDue();
        }

        if (executor is not null)
            Compute(executor);
    }

    internal void Forget(SessionSlot slot)
    {
        lock (_gate)
            WeightPassScheduler.Forget(slot);
    }

    public void Dispose() => _timer?.Dispose();

    private static bool IsShort(SessionSlot slot) =>
        slot.Queue.Cost is { IsKnown: true } cost && cost.Seconds(slot.WaitingSteps) <= ShortPassSeconds;

    private void Compute(PassExecutor executor)
    {
        try
        {
            for (int i = 0; i < MaxPassesInARow && executor.TryRunNext(ShortPassSeconds); i++)
            {
            }
        }
        catch (Exception fault)
        {
            // As on a worker's thread: with half a pass nobody may go on.
            Environment.FailFast("a weight pass failed outside its model", fault);
        }
        finally
        {
            lock (_gate)
            {
                _callerThread = 0;
                if (_ofCallers is null)
                    Monitor.PulseAll(_gate);
                PulseIfDue();
            }
        }
    }

    /// <summary>Wakes a worker if nobody waits for what is due next.</summary>
    private void PulseIfDue()
    {
        if (_nextDue < _wakeUp - _tolerance)
            Monitor.Pulse(_gate);
    }

    private void NoteNextDue() => Volatile.Write(ref _nextDue, _scheduler.NextDue);

    /// <summary>Waits until woken. The one worker that waits for the earliest time watches the clock; the others sleep.</summary>
    private void Wait()
    {
        long due = _nextDue;
        if (due >= _wakeUp)
        {
            Monitor.Wait(_gate);
            return;
        }

        _wakeUp = due;
        // Waits count whole milliseconds: rounded up, the block is due at the end.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(_time.GetElapsedTime(_time.GetTimestamp(), due).TotalMilliseconds));
        if (wait > TimeSpan.Zero && _timer is null)
        {
            if (!Monitor.Wait(_gate, wait))
                Pace.WokeUp(_time.GetElapsedTime(due).TotalSeconds);
        }
        else if (wait > TimeSpan.Zero)
        {
            _timer!.Change(wait, Timeout.InfiniteTimeSpan);
            Monitor.Wait(_gate);
        }

        if (_wakeUp == due)
            _wakeUp = long.MaxValue;
    }

    private void WakeUp()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }
}
