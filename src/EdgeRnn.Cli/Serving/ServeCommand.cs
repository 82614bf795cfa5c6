using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;

namespace EdgeRnn.Cli.Serving;

/// <summary><c>edgernn serve</c>: the stand-alone server.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<string?> models = new("--models")
        {
            Description = "A model package or a folder of packages; default: the embedded model",
            HelpName = "DIR",
        };
        Option<string?> listen = new("--listen") { Description = "IP address to listen on; default: 127.0.0.1", HelpName = "ADDR" };
        Option<int?> grpcPort = Port("--grpc-port", "Port of gRPC, plaintext HTTP/2; 0: a free one; default: 8001");
        Option<int?> httpPort = Port("--http-port", "Port of the live page, metrics and health; 0: a free one; default: 8000");
        Option<bool> embeddedIfEmpty = new("--embedded-if-empty")
        {
            Description = "Serve the embedded model if the folder of --models is absent or empty, instead of failing",
        };
        Option<bool> health = new("--health")
        {
            Description = "Ask the server that runs with these options whether it is ready, and exit: 0 yes, 1 no",
        };
        return new Command("serve", "Serves streaming recurrent models over gRPC.")
        {
            Options = { models, embeddedIfEmpty, listen, grpcPort, httpPort, health },
            Action = new ServeAction((parsed, options) =>
            {
                options.Models = Value(parsed, models) ?? options.Models;
                options.EmbeddedIfEmpty |= parsed.GetValue(embeddedIfEmpty);
                options.Listen = Value(parsed, listen) ?? options.Listen;
                options.GrpcPort = Value(parsed, grpcPort) ?? options.GrpcPort;
                options.HttpPort = Value(parsed, httpPort) ?? options.HttpPort;
            }, health),
        };
    }

    /// <summary>The value of an option; null if it was not given, or if it was wrong, which is an error of its own.</summary>
    private static T? Value<T>(ParseResult parsed, Option<T?> option) =>
        parsed.GetResult(option) is { } given && !given.Errors.Any() ? given.GetValueOrDefault<T>() : default;

    private static Option<int?> Port(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => ParsePort(name, result),
    };

    private static int? ParsePort(string name, ArgumentResult result)
    {
        string found = result.Tokens[^1].Value;
        if (int.TryParse(found, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= IPEndPoint.MaxPort)
            return port;
        result.AddError($"{name}: expected a whole number from {IPEndPoint.MinPort} to {IPEndPoint.MaxPort}, found '{found}'");
        return null;
    }
}
