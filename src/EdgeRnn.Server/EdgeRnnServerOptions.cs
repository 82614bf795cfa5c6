using System.Net;
using EdgeRnn.Runtime;
using EdgeRnn.Server.Configuration;

namespace EdgeRnn.Server;

/// <summary>
/// Options of the stand-alone server. Section "EdgeRnn" of appsettings.json, the environment (<c>EDGERNN__GRPCPORT=…</c>) and the command
/// line set them; each overrides the one before.
/// </summary>
public sealed class EdgeRnnServerOptions : EdgeRnnOptions
{
    /// <summary>The IP address to listen on; * for every address of the machine, IPv6 and IPv4.</summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>Port of gRPC, plaintext HTTP/2. 0 takes a free port.</summary>
    public int GrpcPort { get; set; } = 8001;

    /// <summary>Port of the live page, metrics and health pages, HTTP/1. 0 takes a free port.</summary>
    public int HttpPort { get; set; } = 8000;

    /// <summary>Maximum number of open calls per connection, 1 to 10000. A further call waits in its client.</summary>
    public int MaxStreamsPerConnection { get; set; } = 512;

    /// <summary>
    /// Further names by which browsers may reach the live page, separated by commas; * for every name. Addresses, localhost and the machine's
    /// own name are always allowed.
    /// </summary>
    public string Hosts { get; set; } = "";

    /// <summary>
    /// A client's connection that brings nothing for this long is asked whether it is there, 1 s to 1 h. With
    /// <see cref="PingTimeout"/>, it is how long a broken link goes unnoticed.
    /// </summary>
    public TimeSpan PingDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the answer may take before the connection and its sessions end, 1 s to 1 h.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the server goes on as before at shutdown, 0 to 10 min, while readiness says no: load balancers then send their streams
    /// elsewhere before the drain.
    /// </summary>
    public TimeSpan ShutdownDelay { get; set; }

    private protected override void AddErrors(List<string> errors)
    {
        if (!ListenAddress.TryParse(Listen, out _))
            errors.Add($"{nameof(Listen)} must be an IP address or {ListenAddress.Any}, found '{ForeignText.Show(Listen)}'");
        CheckRange(errors, nameof(GrpcPort), GrpcPort, IPEndPoint.MinPort, IPEndPoint.MaxPort);
        CheckRange(errors, nameof(HttpPort), HttpPort, IPEndPoint.MinPort, IPEndPoint.MaxPort);
        if (GrpcPort == HttpPort && GrpcPort != 0)
            errors.Add($"{nameof(GrpcPort)} and {nameof(HttpPort)} must differ, found {GrpcPort} for both");
        CheckRange(errors, nameof(MaxStreamsPerConnection), MaxStreamsPerConnection, 1, 10_000);
        CheckRange(errors, nameof(PingDelay), PingDelay, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckRange(errors, nameof(PingTimeout), PingTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckRange(errors, nameof(ShutdownDelay), ShutdownDelay, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        base.AddErrors(errors);
    }
}
