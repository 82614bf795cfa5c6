using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Limits;
using EdgeRnn.Server.Telemetry;
using Grpc.Core;

namespace EdgeRnn.Server.Rpc;

/// <summary>One gRPC stream with its session attached: the loops of <see cref="RequestReader"/> and <see cref="ResponseWriter"/>.</summary>
internal sealed class SessionStream(
    StreamSession session,
    IAsyncStreamReader<StreamInferRequest> requests,
    IServerStreamWriter<StreamInferResponse> responses,
    EdgeRnnOptions options,
    TimeProvider time,
    ILogger logger,
    StreamTrace? trace = null,
    ClientPace? pace = null)
{
    private static readonly TimeSpan HalfCloseTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Runs the stream to its end. The way of the data:
    /// <list type="number">
    /// <item>A canceled call or broken connection aborts the session from here on.</item>
    /// <item>The reader loop starts: it writes the frames of each request into the session, which puts results into its outlet.</item>
    /// <item>The writer loop sends <paramref name="opened"/>, then each item of the outlet, and last the session's end.</item>
    /// <item>The end of the writer loop, even by an exception, ends the session, and the session's end ends the reader loop.</item>
    /// <item>The session is detached and gives up its place.</item>
    /// <item>At a shutdown, the client gets a moment to half-close, so that it has read everything before its connection closes.</item>
    /// </list>
    /// </summary>
    /// <remarks>Neither loop waits for the other; each ends the session if it fails, and the session's end ends both.</remarks>
    /// <param name="opened">The first response.</param>
    /// <param name="clientGone">Fires if the client canceled, its deadline passed, or its connection broke.</param>
    /// <returns>The gRPC status of the session's end.</returns>
    public async Task<Status> RunAsync(StreamInferResponse opened, CancellationToken clientGone)
    {
        // Step 1: Abort the session as soon as the client is gone.
        using CancellationTokenRegistration abort = clientGone.UnsafeRegister(
            static s => ((StreamSession)s!).Abort(SessionEnd.ClientCancelled, "the client canceled, or its deadline passed"), session);

        // Step 2: Start to read requests.
        var reader = new RequestReader(session, requests, options.MaxMessageBytes, time, logger, pace);
        Task reading = reader.RunAsync(clientGone);

        var writer = new ResponseWriter(session, responses, options.Runtime.IdleTimeout, time, logger, trace);
        Status status;
        try
        {
            // Step 3: Send responses until the session's end has been sent.
            status = await writer.RunAsync(opened);
        }
        finally
        {
            // Step 4: End the reader. Abort does nothing if the session has ended, as it has unless the writer failed.
            session.Abort(SessionEnd.ModelFault, ReadFailure.InternalError);
            await reading;

            // Step 5: Give up the session's place.
            session.Detach();
        }

        // Step 6: Wait for the client's half-close.
        if (session.End == SessionEnd.Shutdown && !writer.IsUnreachable)
            await AwaitHalfCloseAsync(clientGone);
        return status;
    }

    /// <summary>
    /// A drained server closes the connection after its last stream, and an HTTP/2 client may then lose what it has received but not yet
    /// read. A client that half-closes when it reads the session's end has read everything.
    /// </summary>
    private async Task AwaitHalfCloseAsync(CancellationToken clientGone)
    {
        using var expiry = new CancellationTokenSource(HalfCloseTimeout, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, clientGone);
        try
        {
            while (await requests.MoveNext(waiting.Token))
            {
                // Requests after the end are discarded.
            }
        }
        catch (Exception)
        {
            // Timed out, broken or canceled: in each case there is nothing left to wait for.
        }
    }
}
