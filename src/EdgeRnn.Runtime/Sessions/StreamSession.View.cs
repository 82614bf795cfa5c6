using System.Diagnostics;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <content>What can be seen of a session from outside, at any time.</content>
internal sealed partial class StreamSession
{
    /// <summary>Unique within the process.</summary>
    public string Id { get; }

    public RecurrentModel Model { get; }

    public SessionOptions Options { get; }

    /// <summary>Its place in the scheduler.</summary>
    public SchedulerSlot Slot { get; }

    /// <summary>Takes its results.</summary>
    public ResultOutlet Outlet { get; }

    /// <summary>Is canceled when the session takes no more input, for whatever reason.</summary>
    public CancellationToken InputClosed => _inputClosed.Token;

    /// <summary>Is canceled when the session was cut short: only its end needs to be delivered.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>
    /// The recurrent state after the frames computed so far. For use within the process: only while no block of the session is in a weight
    /// pass, and before the session ends, which frees it.
    /// </summary>
    public RecurrentState State { get; }

    /// <summary>
    /// The span of its stream, set at most once; null if the stream is not traced. Measurements of its blocks carry the span's ids.
    /// </summary>
    public Activity? Span { get; set; }

    /// <summary>Frames computed.</summary>
    public long FramesComputed { get; private set; }

    /// <summary>Frames accepted; their indices are 0 to one less.</summary>
    public long FramesAccepted
    {
        get
        {
            using (_gate.EnterScope())
                return _accumulator.NextIndex;
        }
    }

    /// <summary>Accepted frames that the overload policy has dropped.</summary>
    public long FramesDropped
    {
        get
        {
            using (_gate.EnterScope())
                return _accumulator.Dropped;
        }
    }

    /// <inheritdoc/>
    public int WaitingSteps
    {
        get
        {
            using (_gate.EnterScope())
                return _accumulator.WaitingSteps;
        }
    }

    /// <summary>Why the session ended or is ending; null while it takes input.</summary>
    public SessionEnd? End
    {
        get
        {
            using (_gate.EnterScope())
                return _lifecycle.End;
        }
    }

    /// <summary>What the client was told of the end; empty while the session takes input.</summary>
    public string EndMessage
    {
        get
        {
            using (_gate.EnterScope())
                return _lifecycle.Message;
        }
    }

    /// <summary>Frames per second that are expected: the client's, or else the model's; null if neither is known.</summary>
    public double? ExpectedRate => Options.FrameRateHz > 0 ? Options.FrameRateHz : null;

    /// <summary>Time since the session was opened.</summary>
    public TimeSpan Age => _time.GetElapsedTime(_openedAt);

    /// <summary>Time since a frame was last accepted, or since the session was opened.</summary>
    public TimeSpan SinceLastFrame => _rhythm.SinceLast;

    public SessionActivity Activity => End is not null ? SessionActivity.Draining
        : _rhythm.IsSilent ? SessionActivity.Silent
        : SessionActivity.Active;
}
