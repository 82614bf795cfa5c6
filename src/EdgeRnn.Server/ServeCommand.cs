using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;

namespace EdgeRnn.Server;

/// <summary>The command line of the server, the same in its own program and in <c>edgernn serve</c>.</summary>
public static class ServeCommand
{
    public static Command Create() => AddTo(new Command("serve", "Serves streaming recurrent models over gRPC."));

    /// <summary>Gives a command the server's options and lets it run the server until SIGTERM or SIGINT.</summary>
    public static TCommand AddTo<TCommand>(TCommand command) where TCommand : Command
    {
        ArgumentNullException.ThrowIfNull(command);
        Option<string?> models = new("--models")
        {
            Description = "A model package or a folder of packages; default: the embedded model",
            HelpName = "DIR",
        };
        Option<string?> listen = new("--listen") { Description = "IP address to listen on; default: 127.0.0.1", HelpName = "ADDR" };
        Option<int?> grpcPort = Port("--grpc-port", "Port of gRPC, plaintext HTTP/2; 0: a free one; default: 8001");
        Option<int?> httpPort = Port("--http-port", "Port of the live page, metrics and health; 0: a free one; default: 8000");
        Option<bool> health = new("--health")
        {
            Description = "Ask the server that runs with these options whether it is ready, and exit: 0 yes, 1 no",
        };
        foreach (Option option in (Option[])[models, listen, grpcPort, httpPort, health])
            command.Add(option);

        command.Action = new ServeAction((parsed, options) =>
        {
            options.Models = Value(parsed, models) ?? options.Models;
            options.Listen = Value(parsed, listen) ?? options.Listen;
            options.GrpcPort = Value(parsed, grpcPort) ?? options.GrpcPort;
            options.HttpPort = Value(parsed, httpPort) ?? options.HttpPort;
        }, health);
        return command;
    }

    /// <summary>What an option was given; null also where that was wrong, which its own error tells.</summary>
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
