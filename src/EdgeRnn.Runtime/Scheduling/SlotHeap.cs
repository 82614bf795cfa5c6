namespace EdgeRnn.Runtime.Scheduling;

/// <summary>A binary heap of slots, the smallest key first. A slot knows its place, so it is removed in logarithmic time.</summary>
internal sealed class SlotHeap
{
    private SchedulerSlot[] _slots = new SchedulerSlot[16];

    public int Count { get; private set; }

    public SchedulerSlot? First => Count > 0 ? _slots[0] : null;

    /// <summary>Slots whose time is not after <paramref name="time"/>. Visits at most twice as many slots as it counts.</summary>
    public int CountUntil(long time) => CountUntil(time, 0);

    /// <param name="slot">In no heap.</param>
    /// <param name="order">Breaks ties between equal times: lower goes first.</param>
    public void Push(SchedulerSlot slot, long time, long order)
    {
        if (Count == _slots.Length)
            Array.Resize(ref _slots, 2 * Count);
        slot.Heap = this;
        slot.Key = (time, order);
        Rise(slot, Count++);
    }

    public void Remove(SchedulerSlot slot)
    {
        int hole = slot.HeapIndex;
        SchedulerSlot last = _slots[--Count];
        _slots[Count] = null!;
        slot.Heap = null;
        if (last == slot)
            return;
        if (hole > 0 && last.Key.CompareTo(_slots[(hole - 1) / 2].Key) < 0)
            Rise(last, hole);
        else
            Sink(last, hole);
    }

    private int CountUntil(long time, int root) => root >= Count || _slots[root].Key.Time > time
        ? 0
        : 1 + CountUntil(time, 2 * root + 1) + CountUntil(time, 2 * root + 2);

    private void Rise(SchedulerSlot slot, int hole)
    {
        for (; hole > 0 && slot.Key.CompareTo(_slots[(hole - 1) / 2].Key) < 0; hole = (hole - 1) / 2)
            Place(_slots[(hole - 1) / 2], hole);
        Place(slot, hole);
    }

    private void Sink(SchedulerSlot slot, int hole)
    {
        while (2 * hole + 1 is int child && child < Count)
        {
            if (child + 1 < Count && _slots[child + 1].Key.CompareTo(_slots[child].Key) < 0)
                child++;
            if (slot.Key.CompareTo(_slots[child].Key) <= 0)
                break;
            Place(_slots[child], hole);
            hole = child;
        }

        Place(slot, hole);
    }

    private void Place(SchedulerSlot slot, int index) => (_slots[index], slot.HeapIndex) = (slot, index);
}
