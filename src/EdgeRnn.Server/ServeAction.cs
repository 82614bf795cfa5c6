using System.CommandLine;
using System.CommandLine.Invocation;

namespace EdgeRnn.Server;

/// <summary>Runs the server until SIGTERM or SIGINT, or asks the one that runs.</summary>
/// <param name="configure">Changes the options as the command line says.</param>
/// <param name="health">Asks instead of running.</param>
internal sealed class ServeAction(Action<ParseResult, ServerOptions> configure, Option<bool> health) : AsynchronousCommandLineAction
{
    /// <summary>What is wrong with the options, for a command line that is wrong already: all errors are told at once.</summary>
    public IReadOnlyList<string> Check(ParseResult parsed) => EdgeRnnServer.ReadOptions(options => configure(parsed, options)).Errors;

    public override async Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default)
    {
        InvocationConfiguration console = parseResult.InvocationConfiguration;
        if (parseResult.GetValue(health))
        {
            (ServerOptions? options, IReadOnlyList<string>? errors) = EdgeRnnServer.ReadOptions(options => configure(parseResult, options));
            return errors.Count == 0
                ? await HealthProbe.RunAsync(options, console.Output, cancellationToken)
                : await FailAsync(ServerStartException.ForOptions(errors), console);
        }

        try
        {
            await using EdgeRnnServer server = await EdgeRnnServer.StartAsync(
                options => configure(parseResult, options), cancellationToken: cancellationToken);
            await console.Output.WriteLineAsync($"listening grpc={Address(server.GrpcAddress)} http={Address(server.HttpAddress)}");
            await console.Output.FlushAsync(CancellationToken.None);
            await server.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (ServerStartException e)
        {
            return await FailAsync(e, console);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop while it was starting.
            return 0;
        }
    }

    private static async Task<int> FailAsync(ServerStartException failure, InvocationConfiguration console)
    {
        await console.Error.WriteLineAsync(failure.Message);
        return failure.ExitCode;
    }

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}
