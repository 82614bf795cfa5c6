using System.Diagnostics;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// Consecutive frames of one source that are computed together, as the scheduler and the workers see them. Timestamps are those of the
/// runtime's <see cref="TimeProvider"/>.
/// </summary>
internal abstract class PassBlock
{
    /// <summary>Frames in the block.</summary>
    public int Steps { get; protected set; }

    /// <summary>When its oldest frame arrived.</summary>
    public long OldestArrival { get; protected set; }

    /// <summary>When it was closed.</summary>
    public long ClosedAt { get; protected set; }

    /// <summary>When the scheduler is to have it computed.</summary>
    public BlockTimes Times { get; set; }

    /// <summary>Whether the state is reset before the first frame.</summary>
    public bool ResetsState { get; set; }

    /// <summary>From the arrival of the oldest frame until the block was closed.</summary>
    public TimeSpan BlockWait { get; private set; }

    /// <summary>From then until the weight pass began.</summary>
    public TimeSpan QueueTime { get; private set; }

    /// <summary>Duration of the weight pass.</summary>
    public TimeSpan ComputeTime { get; private set; }

    /// <summary>Sources with a block in the weight pass.</summary>
    public int PassSessions { get; private set; }

    /// <summary>From the arrival of the oldest frame until it was computed.</summary>
    public TimeSpan Latency => BlockWait + QueueTime + ComputeTime;

    /// <summary>What the model is to compute.</summary>
    public abstract FrameSegment Segment { get; }

    /// <summary>What closed the block, as a metric's tag.</summary>
    protected abstract string ReasonTag { get; }

    /// <summary>The span of the block's stream; null if it is not traced.</summary>
    protected abstract Activity? Span { get; }

    /// <summary>The weight pass is over: the block goes back to its source.</summary>
    /// <param name="succeeded">False if the model failed: the outputs are void, and the source must end.</param>
    public abstract void Complete(bool succeeded);

    /// <summary>Notes where the time of the oldest frame went.</summary>
    public void NoteTimes(TimeProvider time, long passStart, TimeSpan computeTime, int passSessions)
    {
        BlockWait = time.GetElapsedTime(OldestArrival, ClosedAt);
        QueueTime = time.GetElapsedTime(ClosedAt, passStart);
        ComputeTime = computeTime;
        PassSessions = passSessions;
    }

    /// <summary>What metrics get of the block, once its times are noted.</summary>
    public BlockMeasurement Measure() => new(Steps, ReasonTag, BlockWait, QueueTime, ComputeTime, Span);
}
