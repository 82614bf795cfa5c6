using System.CommandLine;
using System.CommandLine.Invocation;

namespace EdgeRnn.Server;

/// <summary>Runs the server until SIGTERM or SIGINT.</summary>
/// <param name="configure">Changes the options as the command line says.</param>
internal sealed class ServeAction(Action<ParseResult, ServerOptions> configure) : AsynchronousCommandLineAction
{
    /// <summary>What is wrong with the options, for a command line that is wrong already: all errors are told at once.</summary>
    public IReadOnlyList<string> Check(ParseResult parsed) => EdgeRnnServer.Check(options => configure(parsed, options));

    public override async Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default)
    {
        InvocationConfiguration console = parseResult.InvocationConfiguration;
        try
        {
            await using var server = await EdgeRnnServer.StartAsync(
                options => configure(parseResult, options), cancellationToken: cancellationToken);
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
}
