namespace EdgeRnn.Server.Live;

/// <summary>The last 3 minutes: a ring of slots, in which each new slot replaces the oldest.</summary>
internal sealed class LiveWindow
{
    /// <summary>Seconds that a slot covers.</summary>
    public const int SecondsPerSlot = 5;

    private const int SlotCount = 36;

    private readonly LiveSlot[] _slots = [.. Enumerable.Range(0, SlotCount).Select(_ => new LiveSlot())];
    private int _seconds;
    private volatile LiveSlot _current;

    public LiveWindow() => _current = _slots[0];

    /// <summary>The slot to add to.</summary>
    public LiveSlot Current => _current;

    /// <summary>Seconds that the window covers.</summary>
    public int Seconds => Math.Min(_seconds, SecondsPerSlot * SlotCount);

    /// <summary>Must be called once per second.</summary>
    /// <returns>The slot that is complete; null if none is.</returns>
    public LiveSlot? Tick()
    {
        if (++_seconds % SecondsPerSlot != 0)
            return null;
        LiveSlot complete = _current;
        LiveSlot next = _slots[_seconds / SecondsPerSlot % SlotCount];
        next.Clear();
        _current = next;
        return complete;
    }

    public LiveSlot Sum()
    {
        var sum = new LiveSlot();
        foreach (LiveSlot slot in _slots)
            sum.Add(slot);
        return sum;
    }
}
