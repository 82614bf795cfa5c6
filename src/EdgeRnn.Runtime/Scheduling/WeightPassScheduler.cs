using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// Decides which blocks share the next weight pass, and when a block that is filling has waited long enough. One synchronous state
/// machine without clock, threads or locks, so that it can be simulated; <see cref="PassDispatcher"/> wraps it.
/// Blocks of a model are taken in the order in which they became ready, and of several models the one whose oldest block is oldest.
/// </summary>
internal sealed class WeightPassScheduler
{
    private readonly Dictionary<RecurrentModel, Queue<(FrameBlock Block, long Order)>> _ready = [];
    private readonly PriorityQueue<StreamSession, long> _delays = new();
    private readonly HashSet<StreamSession> _watched = [];
    private long _order;
    private int _waiting;

    /// <summary>When <see cref="TakeDue"/> should be asked next, as a timestamp; null where no session is watched.</summary>
    public long? NextWakeUp => _delays.TryPeek(out _, out long due) ? due : null;

    /// <summary>Whether a block waits for a pass.</summary>
    public bool HasReady => _waiting > 0;

    /// <summary>Blocks that wait for a pass.</summary>
    public int ReadyBlocks => _waiting;

    /// <summary>Lets a block wait for a pass. Of a session there is at most one, so the queues are bounded by the sessions.</summary>
    public void Enqueue(FrameBlock block)
    {
        RecurrentModel model = block.Session.Model;
        if (!_ready.TryGetValue(model, out var blocks)) _ready.Add(model, blocks = []);
        blocks.Enqueue((block, _order++));
        _waiting++;
    }

    /// <summary>Fills an empty pass with ready blocks of one model.</summary>
    /// <returns>False where no block is ready.</returns>
    public bool TryTake(WeightPass pass)
    {
        Queue<(FrameBlock Block, long Order)>? oldest = null;
        foreach (var blocks in _ready.Values)
        {
            if (blocks.Count > 0 && (oldest is null || blocks.Peek().Order < oldest.Peek().Order)) oldest = blocks;
        }

        if (oldest is null) return false;
        while (oldest.TryPeek(out var next) && pass.TryAdd(next.Block))
        {
            oldest.Dequeue();
            _waiting--;
        }

        return true;
    }

    /// <summary>
    /// Remembers when a session's waiting frames are due. A session that is watched already stays at its earlier time, and is asked
    /// for the next one then: so the queue is bounded by the sessions.
    /// </summary>
    public void Watch(StreamSession session, long due)
    {
        if (_watched.Add(session)) _delays.Enqueue(session, due);
    }

    /// <summary>Watches a session no longer, so that an ended one does not stay in memory until it would have been due.</summary>
    public void Forget(StreamSession session)
    {
        if (_watched.Remove(session)) _delays.Remove(session, out _, out _);
    }

    /// <summary>Takes one of the sessions that are due.</summary>
    public bool TakeDue(long now, out StreamSession? session)
    {
        session = null;
        if (!_delays.TryPeek(out _, out long due) || due > now) return false;
        session = _delays.Dequeue();
        return _watched.Remove(session);
    }
}
