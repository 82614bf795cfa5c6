using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Telemetry;
using Grpc.Core;

namespace EdgeRnn.Server;

/// <summary>
/// One gRPC stream with its session attached: a loop that reads requests into the session, and a loop, the only one to write, that
/// delivers what the session puts into its outlet. Neither loop waits for the other; each ends the session when it fails, and the
/// session's end ends both.
/// </summary>
internal sealed class SessionStream(
    StreamSession session,
    IAsyncStreamReader<StreamInferRequest> requests,
    IServerStreamWriter<StreamInferResponse> responses,
    ServerOptions options,
    TimeProvider time,
    ILogger logger,
    StreamTrace? trace = null)
{
    // What follows at once travels with it.
    private static readonly WriteOptions Gathered = new(WriteFlags.BufferHint);
    private static readonly TimeSpan HalfCloseTimeout = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _stallTimeout = options.Runtime.IdleTimeout;
    private bool _isUnreachable;
    private long _withheld;
    private TimeSpan _previousWrite;

    /// <summary>Runs the stream to its end.</summary>
    /// <param name="opened">Delivered first.</param>
    /// <param name="clientGone">The client canceled, or its connection broke.</param>
    /// <returns>The status that the session's end stands for.</returns>
    public async Task<Status> RunAsync(StreamInferResponse opened, CancellationToken clientGone)
    {
        using CancellationTokenRegistration abort = clientGone.UnsafeRegister(
            static s => ((StreamSession)s!).Abort(SessionEnd.ClientCancelled, "the client canceled, or its deadline passed"), session);
        Task reading = ReadLoopAsync(clientGone);
        Status status;
        try
        {
            status = await WriteLoopAsync(opened);
        }
        finally
        {
            // Only a session that has not ended notices: whatever else stops the writer must stop the reader too.
            session.Abort(SessionEnd.ModelFault, ReadFailure.InternalError);
            await reading;
            session.Detach();
        }

        if (session.End == SessionEnd.Shutdown && !_isUnreachable)
            await AwaitHalfCloseAsync(clientGone);
        return status;
    }

    private async Task ReadLoopAsync(CancellationToken clientGone)
    {
        // The writer begins even where input never runs dry.
        await Task.Yield();
        try
        {
            while (await NextAsync())
                await AcceptAsync(requests.Current);
            session.Finish(SessionEnd.EndOfInput);
        }
        catch (OperationCanceledException) when (session.InputClosed.IsCancellationRequested)
        {
            // The session is ending already, and its end says why.
        }
        catch (Exception e)
        {
            var failure = ReadFailure.From(e, clientGone.IsCancellationRequested, options.MaxMessageBytes);
            if (failure.IsUnexpected)
                ServerLog.UnexpectedFailure(logger, e, session.Id);
            if (failure.End is SessionEnd.InvalidInput or SessionEnd.MessageTooLarge)
                session.Finish(failure.End, failure.Message);
            else
                session.Abort(failure.End, failure.Message);
        }
        finally
        {
            session.Outlet.Release();
        }
    }

    /// <summary>Reads the next request. Results of the last ones are held back as long as it is there already.</summary>
    private ValueTask<bool> NextAsync()
    {
        Task<bool> next = requests.MoveNext(session.InputClosed);
        if (next.IsCompleted)
            session.Outlet.Hold();
        else
            session.Outlet.Release();
        return new ValueTask<bool>(next);
    }

    private ValueTask AcceptAsync(StreamInferRequest request)
    {
        switch (request.RequestCase)
        {
            case StreamInferRequest.RequestOneofCase.Frames:
                Frames frames = request.Frames;
                return session.WriteAsync(
                    frames.Data.Memory,
                    frames.HasFirstIndex ? frames.FirstIndex : null,
                    frames.HasClientTimestamp ? frames.ClientTimestamp : null);
            case StreamInferRequest.RequestOneofCase.Flush:
                session.Flush();
                return ValueTask.CompletedTask;
            case StreamInferRequest.RequestOneofCase.Reset:
                session.Reset();
                return ValueTask.CompletedTask;
            default:
                throw new StreamEndException(
                    SessionEnd.InvalidInput, $"request: expected frames, flush or reset, found {Messages.NameOf(request.RequestCase)}");
        }
    }

    private async Task<Status> WriteLoopAsync(StreamInferResponse opened)
    {
        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, session.Aborted);
        await SendAsync(opened, stalled, interrupted.Token);
        while (true)
        {
            await session.Outlet.WaitToReadAsync();
            while (session.Outlet.TryRead(out OutletItem item))
            {
                switch (item.Kind)
                {
                    case OutletItemKind.Result:
                        trace?.BlockComputed(item.Block!);
                        long start = time.GetTimestamp();
                        if (!await SendAsync(Messages.Result(item.Block!, _previousWrite), stalled, interrupted.Token))
                            _withheld += item.Block!.Steps;
                        _previousWrite = time.GetElapsedTime(start);
                        item.Block!.Release();
                        break;
                    case OutletItemKind.OverCapacity or OutletItemKind.Draining:
                        await SendAsync(Messages.Notice(item), stalled, interrupted.Token);
                        break;
                    case OutletItemKind.End:
                        // What was aborted still tells its end, unless the client does not take it.
                        // The session may have been cut short since it put its end there.
                        if (_withheld > 0)
                            item = item with { End = session.End!.Value };
                        item = item with { Message = EndMessage(item) };
                        await SendAsync(Messages.End(item), stalled, stalled.Token);
                        return new Status(StatusMap.Of(item.End), item.Message);
                    default:
                        throw new InvalidOperationException($"Unknown outlet item {item.Kind}.");
                }
            }
        }
    }

    /// <summary>The session's own message, unless a shutdown cut it short: only here it is known what was not delivered.</summary>
    private string EndMessage(OutletItem end)
    {
        long unanswered = session.FramesAccepted - session.FramesDropped - session.FramesComputed + _withheld;
        return end.End == SessionEnd.Shutdown && unanswered > 0
            ? "the server shut down before everything was delivered; "
                + $"of {session.FramesAccepted} accepted frames {unanswered} were not answered"
            : end.Message;
    }

    /// <summary>Writes a response, or notes that the client cannot be reached and ends the session. Never throws.</summary>
    /// <param name="interrupted">Cancels the write, and with it the stream: Kestrel resets a stream whose write was canceled.</param>
    /// <returns>Whether it was written.</returns>
    private async Task<bool> SendAsync(StreamInferResponse response, CancellationTokenSource stalled, CancellationToken interrupted)
    {
        if (!_isUnreachable && stalled.IsCancellationRequested)
        {
            // It fired just after the write that it watched had ended.
            _isUnreachable = true;
            session.Abort(SessionEnd.IdleTimeout, "the client took no more results");
        }

        if (_isUnreachable || interrupted.IsCancellationRequested)
            return false;
        try
        {
            responses.WriteOptions = session.Outlet.Count > 0 ? Gathered : null;
            Task write = responses.WriteAsync(response, interrupted);
            if (write.IsCompletedSuccessfully)
                return true;
            // The session's own watch ends with its last computed block; this one lasts as long as there is something to deliver.
            stalled.CancelAfter(_stallTimeout);
            await write;
            stalled.CancelAfter(Timeout.InfiniteTimeSpan);
            return true;
        }
        catch (Exception e)
        {
            _isUnreachable = true;
            if (stalled.IsCancellationRequested)
                ServerLog.ClientStalled(logger, session.Id, _stallTimeout);
            else if (e is not (OperationCanceledException or IOException or InvalidOperationException))
                ServerLog.UnexpectedFailure(logger, e, session.Id);
            session.Abort(
                stalled.IsCancellationRequested ? SessionEnd.IdleTimeout : SessionEnd.ClientCancelled, "the client took no more results");
            return false;
        }
    }

    /// <summary>
    /// A server that has drained closes the connection after its last stream, and an HTTP/2 client may then lose what it has received
    /// but not yet read. One that half-closes when it reads the session's end has read everything.
    /// </summary>
    private async Task AwaitHalfCloseAsync(CancellationToken clientGone)
    {
        using var expiry = new CancellationTokenSource(HalfCloseTimeout, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, clientGone);
        try
        {
            while (await requests.MoveNext(waiting.Token))
            {
                // No input any more: it is only read for its end.
            }
        }
        catch (Exception)
        {
            // Too late, broken or gone: whichever it is, there is nothing left to wait for.
        }
    }
}
