using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Limits;
using Grpc.Core;

namespace EdgeRnn.Server.Rpc;

/// <summary>The reader loop of a stream: requests into the session. It never waits for a write.</summary>
internal sealed class RequestReader(
    StreamSession session, IAsyncStreamReader<StreamInferRequest> requests, int maxMessageBytes, TimeProvider time, ILogger logger,
    ClientPace? pace)
{
    /// <summary>Reads until the client half-closes, a read fails or the session takes no more input. Never throws.</summary>
    public async Task RunAsync(CancellationToken clientGone)
    {
        // Lets the writer start even if input is always there.
        await Task.Yield();
        try
        {
            while (await NextAsync())
                await AcceptAsync(requests.Current);
            session.Finish(SessionEnd.EndOfInput);
        }
        catch (OperationCanceledException) when (session.InputClosed.IsCancellationRequested)
        {
            // The session has ended already, with a reason of its own.
        }
        catch (Exception e)
        {
            End(e, ReadFailure.From(e, clientGone.IsCancellationRequested, maxMessageBytes));
        }
        finally
        {
            session.Outlet.Release();
        }
    }

    /// <summary>Reads the next request. If it is there already, the outlet holds results back, so that several share a packet.</summary>
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
                return PaceAsync();
            case StreamInferRequest.RequestOneofCase.Reset:
                session.Reset();
                return PaceAsync();
            default:
                throw new StreamEndException(
                    SessionEnd.InvalidInput, $"request: expected frames, flush or reset, found {Messages.NameOf(request.RequestCase)}");
        }
    }

    /// <summary>A client that floods the stream with control messages is read more slowly.</summary>
    private ValueTask PaceAsync()
    {
        TimeSpan wait = pace?.ControlMessage() ?? TimeSpan.Zero;
        return wait > TimeSpan.Zero ? new ValueTask(Task.Delay(wait, time, session.InputClosed)) : ValueTask.CompletedTask;
    }

    private void End(Exception exception, ReadFailure failure)
    {
        if (failure.IsUnexpected)
            ServerLog.UnexpectedFailure(logger, exception, session.Id);
        if (failure.AnswersAccepted)
            session.Finish(failure.End, failure.Message);
        else
            session.Abort(failure.End, failure.Message);
    }
}
