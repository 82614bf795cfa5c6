using System.CommandLine;
using System.CommandLine.Invocation;
using EdgeRnn.Runtime;
using EdgeRnn.Server;

namespace EdgeRnn.Cli.Serving;

/// <summary>Runs the server until SIGTERM or SIGINT, or asks a running one for its health.</summary>
/// <param name="configure">Changes the options as the command line says.</param>
/// <param name="health">Ask instead of running.</param>
internal sealed class ServeAction(Action<ParseResult, EdgeRnnServerOptions> configure, Option<bool> health) : AsynchronousCommandLineAction
{
    /// <summary>Errors in the server's options, to be listed together with those of a wrong command line.</summary>
    public IReadOnlyList<string> Check(ParseResult parsed) => EdgeRnnServer.ReadOptions(options => configure(parsed, options)).Errors;

    public override async Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default)
    {
        InvocationConfiguration console = parseResult.InvocationConfiguration;
        using var interrupts = new SecondInterrupt(console.Error);
        try
        {
            return parseResult.GetValue(health)
                ? await ProbeAsync(parseResult, console.Output, cancellationToken)
                : await ServeAsync(parseResult, console.Output, cancellationToken);
        }
        catch (ServerStartException e)
        {
            await console.Error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // An operator gets a sentence, never a stack trace.
            await console.Error.WriteLineAsync($"unexpected failure, please report it: {e.GetType().Name}: {ForeignText.Escape(e.Message)}");
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped while starting.
            return ExitCodes.Success;
        }
    }

    private async Task<int> ProbeAsync(ParseResult parsed, TextWriter output, CancellationToken cancellationToken)
    {
        (EdgeRnnServerOptions options, IReadOnlyList<string> errors) = EdgeRnnServer.ReadOptions(options => configure(parsed, options));
        return errors.Count == 0
            ? await HealthProbe.RunAsync(options, output, cancellationToken)
            : throw ServerStartException.ForOptions(errors);
    }

    private async Task<int> ServeAsync(ParseResult parsed, TextWriter output, CancellationToken cancellationToken)
    {
        await using EdgeRnnServer server = await EdgeRnnServer.StartAsync(
            options => configure(parsed, options), cancellationToken: cancellationToken);
        await output.WriteLineAsync($"listening grpc={Address(server.GrpcAddress)} http={Address(server.HttpAddress)}");
        await output.FlushAsync(CancellationToken.None);
        await server.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Success;
    }

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}
