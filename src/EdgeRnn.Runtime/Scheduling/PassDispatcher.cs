using EdgeRnn.Runtime.Locking;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// Makes the scheduler's decisions available to threads: sessions offer blocks, workers wait until blocks are due and take passes. A pass
/// that is shorter than waking a worker is computed by the thread that offers its last block.
/// </summary>
internal sealed class PassDispatcher
{
    // About the cost of waking a worker and then the writer that delivers. A longer pass is not worth holding up a stream's reader.
    private const double ShortPassSeconds = 30e-6;
    private const int MaxPassesInARow = 4;

    private readonly RankedMonitor _gate = new(LockRank.Dispatcher);
    private readonly WeightPassScheduler _scheduler;
    private readonly WorkerGate _workers;
    private readonly RuntimeOptions _options;
    private readonly TimeProvider _time;
    private PassExecutor? _callers;
    // The thread that offered a block and computes it now; 0 if there is none.
    private int _callerThread;

    public PassDispatcher(RuntimeOptions options, TimeProvider time)
        : this(options, time, new SystemWait(time))
    {
    }

    /// <param name="wait">How workers sleep.</param>
    internal PassDispatcher(RuntimeOptions options, TimeProvider time, IWorkerWait wait)
    {
        _options = options;
        _time = time;
        _scheduler = new WeightPassScheduler(options, time.TimestampFrequency);
        Pace = new SchedulerPace(options.WorkerCount, time.TimestampFrequency);
        _workers = new WorkerGate(_gate, time, wait, Pace);
    }

    /// <summary>Whether a block is due; a hint, read without a lock.</summary>
    public bool HasReady => _workers.HasReady;

    /// <summary>The timestamp from which <see cref="TryTake"/> finds a block; <see cref="long.MaxValue"/> for never.</summary>
    public long NextDue => _workers.NextDue;

    /// <summary>How often <see cref="Invite"/> was called.</summary>
    public int Invitations => _workers.Invitations;

    public SchedulerPace Pace { get; }

    /// <summary>Blocks that wait for a pass.</summary>
    public int ReadyBlocks
    {
        get
        {
            using (_gate.EnterScope())
                return _scheduler.ReadyBlocks(_time.GetTimestamp());
        }
    }

    /// <summary>
    /// Measures the cost of a model's passes, so that budgets are kept from the first block on. Called before sessions are opened on it.
    /// </summary>
    public void Measure(RecurrentModel model) => Add(model, PassCostProbe.Measure(model, _options.MaxPassColumns, _time));

    /// <summary>A model's queue. Its costs are yet to be learned if they were not measured.</summary>
    public ModelQueue QueueOf(RecurrentModel model)
    {
        using (_gate.EnterScope())
            return _scheduler.Find(model) ?? _scheduler.Add(model, new PassCost(_options.MaxPassColumns));
    }

    public ModelQueue Add(RecurrentModel model, PassCost cost)
    {
        using (_gate.EnterScope())
            return _scheduler.Add(model, cost);
    }

    /// <summary>Takes the next pass, if blocks are due.</summary>
    /// <param name="maxSeconds">The longest that it may be expected to take.</param>
    public bool TryTake(WeightPass pass, double maxSeconds = double.PositiveInfinity)
    {
        using (_gate.EnterScope())
        {
            bool taken = _scheduler.TryTake(pass, _time.GetTimestamp(), maxSeconds);
            _workers.NextDue = _scheduler.NextDue;
            // The thread that takes a pass no longer watches the clock, and there may be work for another.
            if (taken)
                _workers.PulseIfUnwatched();
            return taken;
        }
    }

    /// <summary>A pass has been computed.</summary>
    public void PassCompleted(WeightPass pass, TimeSpan computeTime)
    {
        using (_gate.EnterScope())
        {
            pass.Queue.PassCompleted(pass.Columns, computeTime.TotalSeconds);
            Pace.PassCompleted(computeTime.TotalSeconds);
            _workers.NextDue = _scheduler.NextDue;
        }
    }

    /// <inheritdoc cref="WorkerGate.WaitForWork"/>
    public bool WaitForWork(int invitations)
    {
        using (_gate.EnterScope())
            return _workers.WaitForWork(invitations);
    }

    /// <inheritdoc cref="WorkerGate.Invite"/>
    public void Invite(int maxHelpers) => _workers.Invite(maxHelpers);

    /// <inheritdoc cref="WorkerGate.Stop"/>
    public void Stop()
    {
        using (_gate.EnterScope())
            _workers.Stop();
    }

    /// <summary>Lets a thread that offers a block compute it with this executor, if that is shorter than waking a worker.</summary>
    /// <param name="executor">Null: no longer; returns once the last such thread is done.</param>
    public void LetCallersCompute(PassExecutor? executor)
    {
        using (_gate.EnterScope())
        {
            _callers = executor;
            while (executor is null && _callerThread != 0)
                _gate.Wait();
        }
    }

    /// <summary>A source has a block to be computed.</summary>
    /// <param name="mayCompute">The calling thread holds no lock and has the time for a short pass.</param>
    public void Offer(SchedulerSlot slot, BlockTimes times, bool mayCompute = false)
    {
        PassExecutor? executor;
        using (_gate.EnterScope())
        {
            bool isAlone = !HasReady;
            _scheduler.Offer(slot, times);
            _workers.NextDue = _scheduler.NextDue;
            executor = mayCompute && isAlone && _callerThread == 0 && IsShort(slot) && HasReady ? _callers : null;
            if (executor is not null)
                _callerThread = Environment.CurrentManagedThreadId;
            // A thread that computes looks for the next pass itself.
            else if (_callerThread != Environment.CurrentManagedThreadId)
                _workers.PulseIfUnwatched();
        }

        if (executor is not null)
            Compute(executor);
    }

    /// <summary>Removes the offer of a source that has ended.</summary>
    public void Forget(SchedulerSlot slot)
    {
        using (_gate.EnterScope())
            WeightPassScheduler.Forget(slot);
    }

    private static bool IsShort(SchedulerSlot slot) =>
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
            // As on a worker's thread: the process must not go on with half a pass.
            Environment.FailFast("a weight pass failed outside its model", fault);
        }
        finally
        {
            using (_gate.EnterScope())
            {
                _callerThread = 0;
                if (_callers is null)
                    _gate.PulseAll();
                _workers.PulseIfUnwatched();
            }
        }
    }
}
