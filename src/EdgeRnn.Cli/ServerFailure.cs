using EdgeRnn.Client;
using Grpc.Core;

namespace EdgeRnn.Cli;

/// <summary>Turns failures of calls to a server into messages for the command line.</summary>
internal static class ServerFailure
{
    /// <summary>Runs calls to the server at <paramref name="address"/>.</summary>
    /// <exception cref="CliException">Instead of <see cref="EdgeRnnException"/>.</exception>
    public static async Task<TResult> Translate<TResult>(Uri address, Func<Task<TResult>> calls)
    {
        try
        {
            return await calls();
        }
        catch (EdgeRnnException e)
        {
            throw new CliException(Describe(address, e), ExitCodes.Failed, e);
        }
    }

    /// <inheritdoc cref="Translate{TResult}"/>
    public static Task Translate(Uri address, Func<Task> calls) => Translate(address, async () =>
    {
        await calls();
        return true;
    });

    private static string Describe(Uri address, EdgeRnnException failure)
    {
        string server = address.GetLeftPart(UriPartial.Authority);
        if (failure.Detail.StartsWith(EdgeRnnException.ProtocolHint, StringComparison.Ordinal))
            return $"{server}: expected an EdgeRnn server, found something else: {EdgeRnnException.ProtocolHint}";
        // A status that the server sent has no exception of the transport behind it.
        if (failure.InnerException is RpcException { Status.DebugException: { } transport })
        {
            return failure.StatusCode == StatusCode.Unavailable
                ? $"{server}: expected an EdgeRnn server, found none: {Innermost(transport)}"
                : $"{server}: the connection broke: {Innermost(transport)}";
        }

        return $"{server}: {failure.Detail} ({failure.StatusCode}{(failure.EndReason is { } reason ? $", session ended: {reason}" : "")})";
    }

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;
}
