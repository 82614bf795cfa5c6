using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Server.Configuration;
using EdgeRnn.Server.Limits;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

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

    // Viewers of the page, scrapers and health checks.
    private const int MaxHttpConnections = 128;

    // Calls that are not sessions may hold an eighth of the memory.
    private const int CallsShare = 8;
    private const int LeastCalls = 64;
    private const int MostCalls = 4096;

    // A stream that is refused keeps its state until its client has read of it, 5 s at most: such streams may hold a sixteenth.
    private const int OpenShare = 16;
    private const int OpenBytes = 12 * 1024;
    private const double OpenSeconds = 5;
    private const double LeastOpens = 50;

    // Opening and ending a session takes half a millisecond of a processor. Storms of it must not delay passes.
    private const double OpensPerProcessor = 150;
    private const double OpensAtOncePerProcessor = 32;

    // A client of a page that takes less is cut.
    private static readonly MinDataRate PageRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));

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

    /// <summary>Calls that are not sessions and may be open at the same time.</summary>
    public static int CallPlaces => (int)Math.Clamp(ProcessMemory.Ceiling / CallsShare / (StreamStateBytes + StreamWindowBytes), LeastCalls, MostCalls);

    private static double OpenBurst =>
        Math.Max(LeastOpens, Math.Min(ProcessMemory.Ceiling / OpenShare / OpenBytes, OpensAtOncePerProcessor * Environment.ProcessorCount));

    private static double OpensPerSecond => Math.Min(
        OpensPerProcessor * Environment.ProcessorCount, Math.Max(LeastOpens, ProcessMemory.Ceiling / OpenShare / OpenBytes / OpenSeconds));

    /// <summary>Middleware: a page must be read at a rate, or its connection closes. Streams may be slow.</summary>
    public static Task DemandPageRateAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) && context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = PageRate;
        return next(context);
    }

    /// <param name="time">Paces control frames.</param>
    /// <param name="descriptors">Connections of both ports that the process has descriptors for.</param>
    public void Apply(KestrelServerOptions kestrel, TimeProvider time, int descriptors)
    {
        int http = Math.Min(MaxHttpConnections, Math.Max(1, descriptors / 4));
        long grpc = Math.Min(ProcessMemory.Ceiling / ConnectionsShare / ConnectionBytes, Math.Max(1, descriptors - http));
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
            listen.Use(new ConnectionLimit(grpc).Apply);
            listen.Use(new PacedConnection(new TokenBucket(OpensPerSecond, OpenBurst, time), time).Apply);
        });
        Listen(kestrel, options.HttpPort, listen =>
        {
            _http = listen;
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(new ConnectionLimit(http).Apply);
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
