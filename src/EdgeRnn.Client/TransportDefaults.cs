namespace EdgeRnn.Client;

/// <summary>How a client connects if its user does not bring a channel or a handler.</summary>
internal static class TransportDefaults
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    public static SocketsHttpHandler CreateHandler() => new()
    {
        ConnectTimeout = ConnectTimeout,
        EnableMultipleHttp2Connections = true,
        // A stream may be silent for long: only pings tell a quiet server from a lost one.
        KeepAlivePingDelay = PingDelay,
        KeepAlivePingTimeout = PingTimeout,
    };
}
