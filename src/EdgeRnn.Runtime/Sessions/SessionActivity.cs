namespace EdgeRnn.Runtime.Sessions;

/// <summary>What an open session is doing, as seen from outside.</summary>
internal enum SessionActivity
{
    /// <summary>Frames come as often as expected, or the expected rate is unknown.</summary>
    Active,

    /// <summary>No frame was accepted for <see cref="StreamSession.SilentIntervals"/> intervals of the expected rate.</summary>
    Silent,

    /// <summary>It takes no more input.</summary>
    Draining,
}
