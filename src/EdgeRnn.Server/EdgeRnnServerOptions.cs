using System.Net;

namespace EdgeRnn.Server;

/// <summary>
/// Options of the stand-alone server. Section "EdgeRnn" of appsettings.json, the environment (<c>EDGERNN__GRPCPORT=…</c>) and the command
/// line set them; each overrides the one before.
/// </summary>
public sealed class EdgeRnnServerOptions : EdgeRnnOptions
{
    /// <summary>The IP address to listen on.</summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>Port of gRPC, plaintext HTTP/2. 0 takes a free port.</summary>
    public int GrpcPort { get; set; } = 8001;

    /// <summary>Port of the live page, metrics and health pages, HTTP/1. 0 takes a free port.</summary>
    public int HttpPort { get; set; } = 8000;

    /// <summary>Maximum number of open calls per connection, 1 to 10000. A further call waits in its client.</summary>
    public int MaxStreamsPerConnection { get; set; } = 512;

    private protected override void AddErrors(List<string> errors)
    {
        if (!IPAddress.TryParse(Listen, out _))
            errors.Add($"{nameof(Listen)} must be an IP address, found '{Listen}'");
        CheckRange(errors, nameof(GrpcPort), GrpcPort, IPEndPoint.MinPort, IPEndPoint.MaxPort);
        CheckRange(errors, nameof(HttpPort), HttpPort, IPEndPoint.MinPort, IPEndPoint.MaxPort);
        if (GrpcPort == HttpPort && GrpcPort != 0)
            errors.Add($"{nameof(GrpcPort)} and {nameof(HttpPort)} must differ, found {GrpcPort} for both");
        CheckRange(errors, nameof(MaxStreamsPerConnection), MaxStreamsPerConnection, 1, 10_000);
        base.AddErrors(errors);
    }
}
