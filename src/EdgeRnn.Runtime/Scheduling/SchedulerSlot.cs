namespace EdgeRnn.Runtime.Scheduling;

/// <summary>The place of one source in the queues of its model. <see cref="Source"/> and <see cref="Queue"/> never change; all else is
/// guarded by the dispatcher's lock.</summary>
internal sealed class SchedulerSlot(IBlockSource source, ModelQueue queue)
{
    public IBlockSource Source => source;

    public ModelQueue Queue => queue;

    public BlockTimes Times { get; set; }

    /// <summary>A closed block that was taken from the source but did not fit into the pass; null if there is none.</summary>
    public PassBlock? Held { get; set; }

    /// <summary>The heap that the slot is in; null if it is in none.</summary>
    public SlotHeap? Heap { get; set; }

    public int HeapIndex { get; set; }

    public (long Time, long Order) Key { get; set; }

    /// <summary>Frames that a pass would take of the source, at least 1; more may come before it does.</summary>
    public int WaitingSteps => Math.Max(1, Held?.Steps ?? source.WaitingSteps);
}
