namespace EdgeRnn.Runtime.Scheduling;

/// <summary>Slots by key, the smallest first. A slot knows its place, so it can be removed in logarithmic time.</summary>
internal sealed class SlotHeap
{
    private SessionSlot[] _slots = new SessionSlot[16];

    public int Count { get; private set; }

    public SessionSlot? First => Count > 0 ? _slots[0] : null;

    /// <summary>Slots whose time is not after another. Looks at no more than twice as many.</summary>
    public int CountUntil(long time) => CountUntil(time, 0);

    /// <param name="slot">In no heap.</param>
    /// <param name="order">Decides between equal times.</param>
    public void Push(SessionSlot slot, long time, long order)
    {
        if (Count == _slots.Length)
            Array.Resize(ref _slots, 2 * Count);
        slot.Heap = this;
        slot.Key = (time, order);
        Rise(slot, Count++);
    }

    public void Remove(SessionSlot slot)
    {
        int hole = slot.HeapIndex;
        SessionSlot last = _slots[--Count];
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

    private void Rise(SessionSlot slot, int hole)
    {
        for (; hole > 0 && slot.Key.CompareTo(_slots[(hole - 1) / 2].Key) < 0; hole = (hole - 1) / 2)
            Place(_slots[(hole - 1) / 2], hole);
        Place(slot, hole);
    }

    private void Sink(SessionSlot slot, int hole)
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

    private void Place(SessionSlot slot, int index) => (_slots[index], slot.HeapIndex) = (slot, index);
}
