using System.Net;
using EdgeRnn.Runtime;

namespace EdgeRnn.Server;

/// <summary>
/// What an operator can set: section "EdgeRnn" of appsettings.json, <c>EDGERNN__GRPCPORT=…</c> and <c>EDGERNN__RUNTIME__…=…</c> in
/// the environment, and the command line, each overriding the one before.
/// </summary>
public sealed class ServerOptions
{
    /// <summary>Where the options lie in the configuration.</summary>
    public const string Section = "EdgeRnn";

    /// <summary>A model package or a folder of packages; absent or empty: the embedded model.</summary>
    public string? Models { get; set; }

    /// <summary>The IP address to listen on.</summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>Port of gRPC: plaintext HTTP/2. 0 takes a free one.</summary>
    public int GrpcPort { get; set; } = 8001;

    /// <summary>Port of the live page, metrics and health: HTTP/1. 0 takes a free one.</summary>
    public int HttpPort { get; set; } = 8000;

    /// <summary>The largest request message in bytes, 1 KiB to 64 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 1 << 20;

    /// <summary>Calls that one connection may have open, 1 to 10000; a further one waits in its client.</summary>
    public int MaxStreamsPerConnection { get; set; } = 512;

    public RuntimeOptions Runtime { get; } = new();

    /// <summary>Every violated rule in a sentence of its own, naming option, expected and found; empty when all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        if (!IPAddress.TryParse(Listen, out _))
            errors.Add($"{nameof(Listen)} must be an IP address, found '{Listen}'");
        Check(nameof(GrpcPort), GrpcPort, IPEndPoint.MinPort, IPEndPoint.MaxPort);
        Check(nameof(HttpPort), HttpPort, IPEndPoint.MinPort, IPEndPoint.MaxPort);
        if (GrpcPort == HttpPort && GrpcPort != 0)
            errors.Add($"{nameof(GrpcPort)} and {nameof(HttpPort)} must differ, found {GrpcPort} for both");
        Check(nameof(MaxMessageBytes), MaxMessageBytes, 1 << 10, 1 << 26);
        Check(nameof(MaxStreamsPerConnection), MaxStreamsPerConnection, 1, 10_000);
        errors.AddRange(Runtime.Validate().Select(error => $"{nameof(Runtime)}:{error}"));
        return errors;

        void Check(string option, int value, int least, int most)
        {
            if (value < least || value > most)
                errors.Add($"{option} must be from {least} to {most}, found {value}");
        }
    }
}
