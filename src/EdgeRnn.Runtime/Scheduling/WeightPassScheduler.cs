using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// Decides which blocks share the next weight pass, and when. One synchronous state machine without clock, threads or locks, so that it
/// can be simulated; <see cref="PassDispatcher"/> wraps it.
/// <para>
/// A source with frames that wait is in one of two heaps of its model: <see cref="ModelQueue.Filling"/> until its block is due, then
/// <see cref="ModelQueue.Ready"/>. The next pass goes to the model with the earliest deadline (earliest deadline first). It takes the
/// model's ready blocks by deadline. Then it closes blocks that still fill but have waited for more than half of their allowed time
/// (<see cref="BlockTimes.JoinFrom"/>), as long as columns are left and the pass leaves its most urgent block half of its spare time.
/// </para>
/// </summary>
/// <param name="frequency">Timestamps per second.</param>
internal sealed class WeightPassScheduler(RuntimeOptions options, long frequency)
{
    private readonly Dictionary<RecurrentModel, ModelQueue> _queues = [];
    private long _order;

    /// <summary>
    /// When <see cref="TryTake"/> should be asked next: <see cref="long.MinValue"/> for now, <see cref="long.MaxValue"/> for never.
    /// </summary>
    public long NextDue
    {
        get
        {
            long next = long.MaxValue;
            foreach (ModelQueue queue in _queues.Values)
            {
                if (!MayRun(queue))
                    continue;
                if (queue.Ready.Count > 0)
                    return long.MinValue;
                next = Math.Min(next, queue.Filling.First?.Times.Due ?? long.MaxValue);
            }

            return next;
        }
    }

    /// <summary>Sources whose block waits for a pass, including those that became due since a worker last looked.</summary>
    public int ReadyBlocks(long now) => _queues.Values.Sum(queue => queue.Ready.Count + queue.Filling.CountUntil(now));

    /// <summary>Gives a model its queue: once, before the first source of the model.</summary>
    public ModelQueue Add(RecurrentModel model, PassCost cost) =>
        _queues[model] = new ModelQueue(model, cost, options.MaxPassColumns, options.WorkerCount);

    public ModelQueue? Find(RecurrentModel model) => _queues.GetValueOrDefault(model);

    /// <summary>A source has a block to be computed. An earlier offer for an earlier time stays in force.</summary>
    public void Offer(SchedulerSlot slot, BlockTimes times)
    {
        if (slot.Heap is not null)
        {
            if (slot.Heap == slot.Queue.Ready || slot.Times.Due <= times.Due)
                return;
            slot.Heap.Remove(slot);
        }

        slot.Times = times;
        slot.Queue.Filling.Push(slot, times.Due, _order++);
    }

    /// <summary>Removes the offer of a source that has ended.</summary>
    public static void Forget(SchedulerSlot slot) => slot.Heap?.Remove(slot);

    /// <summary>Fills an empty pass with blocks of one model.</summary>
    /// <param name="maxSeconds">The longest, in seconds, that the pass may be expected to take.</param>
    /// <returns>False if no block is due.</returns>
    public bool TryTake(WeightPass pass, long now, double maxSeconds = double.PositiveInfinity)
    {
        while (MostUrgent(now, maxSeconds) is { } queue)
        {
            Fill(pass, queue, now, maxSeconds);
            if (pass.Columns == 0)
                continue;
            queue.InFlight++;
            return true;
        }

        return false;
    }

    // Blocks that become ready during a pass of a large model share its next pass.
    private bool MayRun(ModelQueue queue) => queue.InFlight == 0 || !queue.RunsOnePassAtATime || !options.SharePasses;

    private ModelQueue? MostUrgent(long now, double maxSeconds)
    {
        ModelQueue? most = null;
        foreach (ModelQueue queue in _queues.Values)
        {
            if (!MayRun(queue))
                continue;
            while (queue.Filling.First is { } due && due.Times.Due <= now)
                Promote(due);
            if (queue.Ready.First is { } first && IsWithin(first, maxSeconds)
                && (most is null || first.Key.CompareTo(most.Ready.First!.Key) < 0))
            {
                most = queue;
            }
        }

        return most;
    }

    private static bool IsWithin(SchedulerSlot slot, double maxSeconds) => double.IsPositiveInfinity(maxSeconds)
        || (slot.Queue.Cost is { IsKnown: true } cost && cost.Seconds(slot.WaitingSteps) <= maxSeconds);

    private void Fill(WeightPass pass, ModelQueue queue, long now, double maxSeconds)
    {
        int maxColumns = double.IsPositiveInfinity(maxSeconds) ? pass.MaxColumns : queue.Cost.ColumnsWithin(maxSeconds, pass.MaxColumns);
        while (queue.Ready.First is { } slot && TryAdd(pass, slot, now, ref maxColumns))
        {
            if (pass.Columns > 0 && !options.SharePasses)
                return;
        }

        // A block that would not fit keeps filling.
        while (pass.Columns > 0 && options.SharePasses && queue.Filling.First is { } slot && slot.Times.JoinFrom <= now
            && pass.Columns + slot.Source.WaitingSteps <= maxColumns && TryAdd(pass, slot, now, ref maxColumns))
        {
        }
    }

    /// <returns>False once the pass is full.</returns>
    private bool TryAdd(WeightPass pass, SchedulerSlot slot, long now, ref int maxColumns)
    {
        BlockTimes? later = null;
        if ((slot.Held ?? slot.Source.Take(now, out later)) is not { } block)
        {
            slot.Heap!.Remove(slot);
            if (later is { } times)
                Offer(slot, times);
            return true;
        }

        if (pass.Columns > 0 && pass.Columns + block.Steps > maxColumns)
        {
            slot.Held = block;
            if (slot.Heap != slot.Queue.Ready)
                Promote(slot);
            return false;
        }

        slot.Heap!.Remove(slot);
        slot.Held = null;
        pass.Add(block, slot.Queue);
        if (pass.Blocks.Length == 1)
            maxColumns = Math.Max(pass.Columns, Math.Min(maxColumns, MaxColumnsFor(pass, block.Times.Deadline - now)));
        return true;
    }

    /// <summary>
    /// The most columns that leave the most urgent block half of its spare time. If it is late in any case, full passes catch up best.
    /// </summary>
    private int MaxColumnsFor(WeightPass pass, long left)
    {
        PassCost cost = pass.Queue.Cost;
        double spare = (double)left / frequency - cost.Seconds(pass.Columns);
        return spare <= 0
            ? pass.MaxColumns
            : Math.Max(pass.Columns, cost.ColumnsWithin(cost.Seconds(pass.Columns) + spare / 2, pass.MaxColumns));
    }

    private void Promote(SchedulerSlot slot)
    {
        slot.Heap!.Remove(slot);
        slot.Queue.Ready.Push(slot, slot.Times.Deadline, _order++);
    }
}
