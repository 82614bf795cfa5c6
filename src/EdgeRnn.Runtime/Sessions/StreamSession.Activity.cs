using System.Diagnostics;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>What an open session is doing.</summary>
public enum SessionActivity
{
    /// <summary>Frames come as they should, or nobody knows how often they should.</summary>
    Active,

    /// <summary>No frame was accepted for <see cref="StreamSession.SilentIntervals"/> intervals of the expected rate.</summary>
    Silent,

    /// <summary>It takes no more input.</summary>
    Draining,
}

/// <content>What can be seen of it from outside, at any time.</content>
internal sealed partial class StreamSession
{
    /// <summary>A sensor counts as silent after so many intervals without a frame.</summary>
    public const int SilentIntervals = 10;

    /// <summary>Frames per second that are expected: what the client said, or what the model was made for; null where neither is known.</summary>
    public double? ExpectedRate => Options.FrameRateHz > 0 ? Options.FrameRateHz : null;

    /// <summary>
    /// The span of its stream, set at most once; null where nobody traces it. What is measured of its blocks carries the span's ids.
    /// </summary>
    public Activity? Span { get; set; }

    /// <summary>Time since the session was opened.</summary>
    public TimeSpan Age => _time.GetElapsedTime(_openedAt);

    /// <summary>Time since a frame was last accepted, or since the session was opened.</summary>
    public TimeSpan SinceLastFrame => _time.GetElapsedTime(Volatile.Read(ref _lastFrame));

    public SessionActivity Activity => End is not null ? SessionActivity.Draining
        : SinceLastFrame.TotalSeconds * ExpectedRate >= SilentIntervals ? SessionActivity.Silent
        : SessionActivity.Active;
}
