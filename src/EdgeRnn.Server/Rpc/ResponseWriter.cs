using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Telemetry;
using Grpc.Core;

namespace EdgeRnn.Server.Rpc;

/// <summary>The writer loop of a stream, the only one to write: items of the session's outlet to the client.</summary>
internal sealed class ResponseWriter(
    StreamSession session,
    IServerStreamWriter<StreamInferResponse> responses,
    TimeSpan stallTimeout,
    TimeProvider time,
    ILogger logger,
    StreamTrace? trace)
{
    private const string Stalled = "the client took no more results";

    // Not flushed yet: the next response follows at once and shares its packet.
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    private long _unsentFrames;
    private TimeSpan _previousWrite;

    /// <summary>Whether a write failed or stalled. Nothing is written from then on.</summary>
    public bool IsUnreachable { get; private set; }

    /// <summary>Writes until the session's end has been sent, or could not be.</summary>
    /// <param name="opened">The first response.</param>
    /// <returns>The gRPC status of the session's end.</returns>
    public async Task<Status> RunAsync(StreamInferResponse opened)
    {
        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, session.Aborted);
        // A write that is canceled resets the stream, and that looks like a client that has gone. Callbacks run in reverse order: this one
        // comes before.
        using CancellationTokenRegistration stall = stalled.Token.UnsafeRegister(
            static s => ((StreamSession)s!).Abort(SessionEnd.IdleTimeout, Stalled), session);
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
                            _unsentFrames += item.Block!.Steps;
                        _previousWrite = time.GetElapsedTime(start);
                        item.Block!.Release();
                        break;
                    case OutletItemKind.OverCapacity or OutletItemKind.Draining:
                        await SendAsync(Messages.Notice(item), stalled, interrupted.Token);
                        break;
                    case OutletItemKind.End:
                        // A shutdown may have cut the session short since it put its end there.
                        if (_unsentFrames > 0)
                            item = item with { End = session.End!.Value };
                        item = item with { Message = EndMessage(item) };
                        // An aborted session's end is sent too, unless the client takes nothing.
                        await SendAsync(Messages.End(item), stalled, stalled.Token);
                        return new Status(StatusMap.Of(item.End).Status, item.Message);
                    default:
                        throw new InvalidOperationException($"Unknown outlet item {item.Kind}.");
                }
            }
        }
    }

    /// <summary>The session's own message, or after a shutdown how many frames were not answered, which only the writer knows.</summary>
    private string EndMessage(OutletItem end)
    {
        long unanswered = session.FramesAccepted - session.FramesDropped - session.FramesComputed + _unsentFrames;
        return end.End == SessionEnd.Shutdown && unanswered > 0
            ? "the server shut down before everything was delivered; "
                + $"of {session.FramesAccepted} accepted frames {unanswered} were not answered"
            : end.Message;
    }

    /// <summary>Writes a response. If that fails or stalls, ends the session as unreachable. Never throws.</summary>
    /// <param name="interrupted">Cancels the write, and with it the stream: Kestrel resets a stream if its write is canceled.</param>
    /// <returns>Whether it was written.</returns>
    private async Task<bool> SendAsync(StreamInferResponse response, CancellationTokenSource stalled, CancellationToken interrupted)
    {
        if (!IsUnreachable && stalled.IsCancellationRequested)
        {
            // The time-out fired just after the write that it watched had completed.
            IsUnreachable = true;
            session.Abort(SessionEnd.IdleTimeout, Stalled);
        }

        if (IsUnreachable || interrupted.IsCancellationRequested)
            return false;
        try
        {
            responses.WriteOptions = session.Outlet.Count > 0 ? Buffered : null;
            Task write = responses.WriteAsync(response, interrupted);
            if (write.IsCompletedSuccessfully)
                return true;
            // The session's own idle timeout ends with its last computed block; this one covers what is still to be delivered.
            stalled.CancelAfter(stallTimeout);
            await write;
            stalled.CancelAfter(Timeout.InfiniteTimeSpan);
            return true;
        }
        catch (Exception e)
        {
            IsUnreachable = true;
            if (stalled.IsCancellationRequested)
                ServerLog.ClientStalled(logger, session.Id, stallTimeout);
            else if (e is not (OperationCanceledException or IOException or InvalidOperationException))
                ServerLog.UnexpectedFailure(logger, e, session.Id);
            session.Abort(stalled.IsCancellationRequested ? SessionEnd.IdleTimeout : SessionEnd.ClientCancelled, Stalled);
            return false;
        }
    }
}
