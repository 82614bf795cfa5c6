namespace EdgeRnn.Runtime.Sessions;

/// <summary>What an open session is doing, as seen from outside.</summary>
internal enum SessionActivity
{
    /// <summary>Frames come as often as they use to.</summary>
    Active,

    /// <summary>No frame was accepted for long, by the stream's own rhythm: <see cref="ArrivalRhythm.IsSilent"/>.</summary>
    Silent,

    /// <summary>It takes no more input.</summary>
    Draining,
}
