using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// Decides which blocks share the next weight pass, and when. One synchronous state machine without clock, threads or locks, so that it
/// can be simulated; <see cref="PassDispatcher"/> wraps it.
/// <para>
/// A session with frames that wait is in one place: among those that fill until its block is due, then among those that are ready. The
/// next pass is of the model with the earliest deadline. It takes the model's ready blocks by deadline, and then closes blocks that still
/// fill but have waited for more than half of what they may (<see cref="BlockTimes.JoinFrom"/>), as long as columns are left and the
/// pass leaves its most urgent block half of the time that it has to spare.
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

    /// <summary>Sessions whose block waits for a pass; also those that became due while no worker has looked.</summary>
    public int ReadyBlocks(long now) => _queues.Values.Sum(queue => queue.Ready.Count + queue.Filling.CountUntil(now));

    /// <summary>Lets a model have a queue. Done before the first session of the model, and once.</summary>
    public ModelQueue Add(RecurrentModel model, PassCost cost) =>
        _queues[model] = new ModelQueue(model, cost, options.MaxPassColumns, options.WorkerCount);

    public ModelQueue? Find(RecurrentModel model) => _queues.GetValueOrDefault(model);

    /// <summary>A session has a block to be computed. What was offered for an earlier time stands.</summary>
    public void Offer(SessionSlot slot, BlockTimes times)
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

    /// <summary>An ended session offers nothing any more.</summary>
    public static void Forget(SessionSlot slot) => slot.Heap?.Remove(slot);

    /// <summary>Fills an empty pass with blocks of one model.</summary>
    /// <param name="longest">Seconds that the pass may be expected to take; it takes blocks of no model that may take longer.</param>
    /// <returns>False where none is due.</returns>
    public bool TryTake(WeightPass pass, long now, double longest = double.PositiveInfinity)
    {
        while (MostUrgent(now, longest) is { } queue)
        {
            Fill(pass, queue, now, longest);
            if (pass.Columns == 0)
                continue;
            queue.InFlight++;
            return true;
        }

        return false;
    }

    // Blocks that get ready during a pass of a large model share its next one.
    private bool MayRun(ModelQueue queue) => queue.InFlight == 0 || !queue.RunsOnePassAtATime || !options.SharePasses;

    private ModelQueue? MostUrgent(long now, double longest)
    {
        ModelQueue? most = null;
        foreach (ModelQueue queue in _queues.Values)
        {
            if (!MayRun(queue))
                continue;
            while (queue.Filling.First is { } due && due.Times.Due <= now)
                Promote(due);
            if (queue.Ready.First is { } first && IsWithin(first, longest)
                && (most is null || first.Key.CompareTo(most.Ready.First!.Key) < 0))
            {
                most = queue;
            }
        }

        return most;
    }

    private static bool IsWithin(SessionSlot slot, double longest) => double.IsPositiveInfinity(longest)
        || (slot.Queue.Cost is { IsKnown: true } cost && cost.Seconds(slot.WaitingSteps) <= longest);

    private void Fill(WeightPass pass, ModelQueue queue, long now, double longest)
    {
        int maxColumns = double.IsPositiveInfinity(longest) ? pass.MaxColumns : queue.Cost.ColumnsWithin(longest, pass.MaxColumns);
        while (queue.Ready.First is { } slot && TryAdd(pass, slot, now, ref maxColumns))
        {
            if (pass.Columns > 0 && !options.SharePasses)
                return;
        }

        // A block that would not fit keeps filling.
        while (pass.Columns > 0 && options.SharePasses && queue.Filling.First is { } slot && slot.Times.JoinFrom <= now
            && pass.Columns + slot.Session.WaitingSteps <= maxColumns && TryAdd(pass, slot, now, ref maxColumns))
        {
        }
    }

    /// <returns>False once the pass is full.</returns>
    private bool TryAdd(WeightPass pass, SessionSlot slot, long now, ref int maxColumns)
    {
        BlockTimes? later = null;
        if ((slot.Held ?? slot.Session.Take(now, out later)) is not { } block)
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
        pass.Add(block);
        if (pass.Blocks.Length == 1)
            maxColumns = Math.Max(pass.Columns, Math.Min(maxColumns, MaxColumnsFor(pass, block.Times.Deadline - now)));
        return true;
    }

    /// <summary>What the most urgent block leaves to others. Where it is late in any case, many columns help most to catch up.</summary>
    private int MaxColumnsFor(WeightPass pass, long left)
    {
        PassCost cost = pass.Queue.Cost;
        double spare = (double)left / frequency - cost.Seconds(pass.Columns);
        return spare <= 0
            ? pass.MaxColumns
            : Math.Max(pass.Columns, cost.ColumnsWithin(cost.Seconds(pass.Columns) + spare / 2, pass.MaxColumns));
    }

    private void Promote(SessionSlot slot)
    {
        slot.Heap!.Remove(slot);
        slot.Queue.Ready.Push(slot, slot.Times.Deadline, _order++);
    }
}
