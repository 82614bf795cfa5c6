namespace EdgeRnn.Cli.Load.Http2;

/// <summary>Types of HTTP/2 frames (RFC 9113, 6).</summary>
internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>The flags of HTTP/2 frames that are used here.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>The sender's last frame of a stream.</summary>
    EndStream = 1,
    EndHeaders = 4,
    Padded = 8,
    Priority = 0x20,
}

/// <summary>The settings of HTTP/2 that are used here (RFC 9113, 6.5.2).</summary>
internal enum Setting : ushort
{
    HeaderTableSize = 1,
    EnablePush = 2,
    InitialWindowSize = 4,
    MaxFrameSize = 5,
}
