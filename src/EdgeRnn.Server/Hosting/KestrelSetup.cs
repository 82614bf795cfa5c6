using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeRnn.Server.Hosting;

/// <summary>The two ports of the stand-alone server, and Kestrel's limits for streams that are long, slow and often silent.</summary>
internal sealed class KestrelSetup(EdgeRnnServerOptions options)
{
    // Input that a client may have under way before the session's own bounds hold it back. Kestrel's default of 768 KiB would hide a queue.
    private const int StreamWindowBytes = 96 * 1024;

    // HTTP/2 and gRPC state of a stream, its tasks and its outlet.
    private const int StreamStateBytes = 32 * 1024;

    // Connections may hold an eighth of the memory that MemoryGuard grants to everything.
    private const int ConnectionBytes = 32 * 1024;
    private const int ConnectionsShare = 8;

    private ListenOptions? _grpc;
    private ListenOptions? _http;

    /// <summary>The bound address, with the actual port once the server has started.</summary>
    public Uri GrpcAddress => Address(_grpc);

    /// <inheritdoc cref="GrpcAddress"/>
    public Uri HttpAddress => Address(_http);

    /// <summary>
    /// Maximum number of bytes that a stream holds besides its session: its state, unread input, and a message twice, as received and
    /// as parsed.
    /// </summary>
    public static long StreamBytes(int maxMessageBytes, int streamWindowBytes) =>
        StreamStateBytes + streamWindowBytes + 2L * maxMessageBytes;

    public void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        KestrelServerLimits limits = kestrel.Limits;
        // gRPC itself lifts the limits on a request's size and rate for streams, but not the one on the response's rate.
        limits.MinResponseDataRate = null;
        // A silent stream and a lost client look the same until a ping goes unanswered.
        limits.Http2.KeepAlivePingDelay = options.PingDelay;
        limits.Http2.KeepAlivePingTimeout = options.PingTimeout;
        limits.Http2.MaxStreamsPerConnection = options.MaxStreamsPerConnection;
        limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        // Streams that wait must not use up the window of other streams on the connection.
        limits.Http2.InitialConnectionWindowSize = checked(StreamWindowBytes * options.MaxStreamsPerConnection);

        Listen(kestrel, options.GrpcPort, listen =>
        {
            _grpc = listen;
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(new ConnectionLimit(ProcessMemory.Ceiling / ConnectionsShare / ConnectionBytes).Apply);
        });
        Listen(kestrel, options.HttpPort, listen =>
        {
            _http = listen;
            listen.Protocols = HttpProtocols.Http1;
        });
    }

    private void Listen(KestrelServerOptions kestrel, int port, Action<ListenOptions> configure)
    {
        if (ListenAddress.Parse(options.Listen).Address is { } address)
            kestrel.Listen(address, port, configure);
        else
            kestrel.ListenAnyIP(port, configure);
    }

    // Nothing is bound if a test has put TestServer in Kestrel's place.
    private static Uri Address(ListenOptions? bound) => new($"http://{bound?.IPEndPoint?.ToString() ?? "localhost"}");
}
