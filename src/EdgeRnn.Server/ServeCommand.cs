using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

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
        Option<int?> httpPort = Port("--http-port", "Port of the health pages; 0: a free one; default: 8000");
        foreach (Option option in (Option[])[models, listen, grpcPort, httpPort])
            command.Add(option);

        command.SetAction((parsed, cancellationToken) => RunAsync(
            options =>
            {
                options.Models = parsed.GetValue(models) ?? options.Models;
                options.Listen = parsed.GetValue(listen) ?? options.Listen;
                options.GrpcPort = parsed.GetValue(grpcPort) ?? options.GrpcPort;
                options.HttpPort = parsed.GetValue(httpPort) ?? options.HttpPort;
            },
            parsed.InvocationConfiguration,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Action<ServerOptions> configure, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        try
        {
            await using var server = await EdgeRnnServer.StartAsync(configure, cancellationToken: cancellationToken);
            await console.Output.WriteLineAsync($"listening grpc={Address(server.GrpcAddress)} http={Address(server.HttpAddress)}");
            await console.Output.FlushAsync(CancellationToken.None);
            await server.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (ServerStartException e)
        {
            await console.Error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop while it was starting.
            return 0;
        }
    }

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    private static Option<int?> Port(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = static result => ParsePort(result),
    };

    private static int? ParsePort(ArgumentResult result)
    {
        string found = result.Tokens[^1].Value;
        if (int.TryParse(found, NumberStyles.None, CultureInfo.InvariantCulture, out int port))
            return port;
        result.AddError($"Option '{result.Parent}' expects a port number, found '{found}'.");
        return null;
    }
}
