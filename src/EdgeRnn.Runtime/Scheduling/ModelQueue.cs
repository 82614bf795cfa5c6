using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// What the scheduler keeps of one model: its sessions with frames that wait, and what it has learned of its passes. The queues belong to
/// the scheduler; what was learned may be read at any time.
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
    /// Its passes spend their time reading weights from memory that all cores share, and workers share the panels of one: two passes at the
    /// same time take as long as two in turn.
    /// </summary>
    public bool RunsOnePassAtATime => model.WeightBytes >= LargeModel;

    /// <summary>Sessions by when they are due.</summary>
    public SlotHeap Filling { get; } = new();

    /// <summary>Sessions that are due, by deadline.</summary>
    public SlotHeap Ready { get; } = new();

    /// <summary>Passes that are being computed.</summary>
    public int InFlight { get; set; }

    /// <summary>Frames that a pass has of late.</summary>
    public int UsualColumns => (int)Math.Ceiling(Volatile.Read(ref _columns));

    /// <summary>
    /// The part of what a budget allows that a block should wait, 0.6 to 1. Where passes are full before blocks are due, waiting longer
    /// saves no pass, and only makes the next pause of the machine a miss.
    /// </summary>
    public double Patience => Volatile.Read(ref _patience);

    /// <summary>
    /// How long the workers need, in seconds, to compute all frames that wait beside <paramref name="own"/>, in full passes.
    /// </summary>
    public double Backlog(int own) =>
        Math.Max(0, Volatile.Read(ref _waitingFrames) - own) * cost.Seconds(maxColumns) / maxColumns
            / (RunsOnePassAtATime ? 1 : workers);

    /// <summary>No frames of other sessions wait beside <paramref name="own"/>.</summary>
    public bool IsAlone(int own) => Volatile.Read(ref _waitingFrames) <= own;

    /// <summary>Frames were accepted, or wait no longer where negative.</summary>
    public void CountWaiting(int frames) => Interlocked.Add(ref _waitingFrames, frames);

    public void Landed(int columns, double seconds)
    {
        InFlight--;
        cost.Observe(columns, seconds);
        Volatile.Write(ref _columns, _columns + Weight * (columns - _columns));
        Volatile.Write(ref _patience, columns >= FullShare * maxColumns
            ? Math.Max(MinPatience, _patience - LessPatience)
            : Math.Min(1, _patience + MorePatience));
    }
}
