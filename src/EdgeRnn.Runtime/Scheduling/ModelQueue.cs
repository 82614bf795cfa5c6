using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// What the scheduler keeps of one model: the sources whose frames wait, and what it has learned of the model's passes. The heaps are
/// guarded by the dispatcher's lock; what was learned may be read at any time.
/// </summary>
internal sealed class ModelQueue(RecurrentModel model, PassCost cost, int maxColumns, int workers)
{
    // A pass that is three quarters full would gain little by waiting for more.
    private const double FullShare = 0.75;
    private const double MinPatience = 0.6, LessPatience = 0.05, MorePatience = 0.02;
    private const double Weight = 1.0 / 8;
    // About what a core's own cache holds.
    private const int LargeModel = 1 << 20;

    private double _patience = 1;
    private double _columns = 1;
    private int _waitingFrames;

    public RecurrentModel Model => model;

    public PassCost Cost => cost;

    /// <summary>
    /// Whether the model is so large that passes spend their time reading weights from memory that all cores share. Workers then share the
    /// panels of one pass, because two passes at the same time would take as long as two in turn.
    /// </summary>
    public bool RunsOnePassAtATime => model.WeightBytes >= LargeModel;

    /// <summary>Sources whose block still fills, by the time at which it is due.</summary>
    public SlotHeap Filling { get; } = new();

    /// <summary>Sources whose block is due, by deadline.</summary>
    public SlotHeap Ready { get; } = new();

    /// <summary>Passes that are being computed.</summary>
    public int InFlight { get; set; }

    /// <summary>Frames per pass, averaged over recent passes.</summary>
    public int UsualColumns => (int)Math.Ceiling(Volatile.Read(ref _columns));

    /// <summary>
    /// The share of its allowed time that a block should wait, 0.6 to 1. If passes are full before blocks are due, waiting longer saves no
    /// pass; it only turns the next pause of the machine into a miss.
    /// </summary>
    public double Patience => Volatile.Read(ref _patience);

    /// <summary>
    /// How long the workers need, in seconds, to compute all frames that wait besides <paramref name="own"/>, in full passes.
    /// </summary>
    public double Backlog(int own) =>
        Math.Max(0, Volatile.Read(ref _waitingFrames) - own) * cost.Seconds(maxColumns) / maxColumns
            / (RunsOnePassAtATime ? 1 : workers);

    /// <summary>Whether no frames wait besides <paramref name="own"/>.</summary>
    public bool IsAlone(int own) => Volatile.Read(ref _waitingFrames) <= own;

    /// <summary>Adds frames that were accepted; a negative number removes frames that no longer wait.</summary>
    public void CountWaiting(int frames) => Interlocked.Add(ref _waitingFrames, frames);

    /// <summary>Learns from a pass.</summary>
    public void PassCompleted(int columns, double seconds)
    {
        InFlight--;
        cost.Observe(columns, seconds);
        Volatile.Write(ref _columns, _columns + Weight * (columns - _columns));
        Volatile.Write(ref _patience, columns >= FullShare * maxColumns
            ? Math.Max(MinPatience, _patience - LessPatience)
            : Math.Min(1, _patience + MorePatience));
    }
}
