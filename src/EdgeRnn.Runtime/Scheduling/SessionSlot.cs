using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>A session's place in the queues of its model. The scheduler's alone, but for who it belongs to.</summary>
internal sealed class SessionSlot(StreamSession session, ModelQueue queue)
{
    public StreamSession Session => session;

    public ModelQueue Queue => queue;

    public BlockTimes Times { get; set; }

    /// <summary>A closed block that was taken from the session but did not fit into the pass.</summary>
    public FrameBlock? Held { get; set; }

    /// <summary>The heap it is in; null for none.</summary>
    public SlotHeap? Heap { get; set; }

    public int HeapIndex { get; set; }

    public (long Time, long Order) Key { get; set; }

    /// <summary>Frames that a pass would take of the session; at least 1. By then they may be more.</summary>
    public int WaitingSteps => Math.Max(1, Held?.Steps ?? Session.WaitingSteps);
}
