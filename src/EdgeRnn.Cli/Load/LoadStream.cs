using System.Diagnostics;
using EdgeRnn.Cli.Load.Http2;
using EdgeRnn.Protocol.V1;

namespace EdgeRnn.Cli.Load;

/// <summary>One stream under load: opens a session, sends each message when it is due, and counts the answers.</summary>
/// <param name="number">Index of the stream in the plan.</param>
internal sealed class LoadStream(int number, LoadPlan plan, LoadPayloads payloads, Http2Connection connection) : StreamPeer
{
    /// <summary>The gRPC method that streams call.</summary>
    public const string Path = "/edgernn.v1.InferenceService/StreamInfer";

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Http2Stream? _stream;
    private LoadTally? _tally;
    private bool _hasAsked;
    private volatile bool _closed;
    private long _due;
    private long _nextFrame;

    private Http2Connection Connection => connection;

    /// <summary>Messages that were due so far.</summary>
    public long Due => Volatile.Read(ref _due);

    /// <summary>Messages sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Frames that the server dropped by its overload policy.</summary>
    public long Dropped { get; private set; }

    /// <summary>The server opened the session, whatever happened afterwards.</summary>
    public bool HasOpened { get; private set; }

    /// <summary>Why the stream did not open or failed; null if it did neither.</summary>
    public string? Failure { get; private set; }

    /// <summary>Opens the stream; completes when the server has opened or refused the session.</summary>
    public Task OpenAsync()
    {
        _stream = connection.Open(this);
        return _opened.Task;
    }

    /// <summary>Starts to count answers, and to send if there is no rate.</summary>
    /// <returns>Completes when the stream is over.</returns>
    public Task BeginAsync(LoadTally tally)
    {
        _tally = tally;
        if (plan.Rate is null)
        {
            Release();
            Flush();
        }

        return _ended.Task;
    }

    /// <summary>Puts the next message, which is due, into the connection's output.</summary>
    public void Release()
    {
        Interlocked.Increment(ref _due);
        connection.Send(_stream!);
    }

    /// <summary>Sends the connection's output.</summary>
    public void Flush() => connection.Flush();

    public bool SharesConnection(LoadStream other) => Connection == other.Connection;

    /// <summary>Ends the stream; what has not been sent yet is dropped.</summary>
    public void Close()
    {
        _closed = true;
        connection.Send(_stream!);
        connection.Flush();
    }

    /// <summary>Counts the frames that were due but got no answer.</summary>
    public void CountUnanswered(LoadTally tally, long now)
    {
        if (Failure is null && !_ended.Task.IsCompleted)
            Failure = "the server did not end the session";
        int frames = plan.FramesPerMessage;
        for (long message = _nextFrame / frames; plan.Rate is not null && message < Due; message++)
            tally.AddUnanswered(number, message, (int)Math.Min(frames, (message + 1) * frames - _nextFrame), now);
    }

    public override bool IsComplete => _closed;

    public override bool TryTakeNext(out ReadOnlyMemory<byte> message)
    {
        message = default;
        if (!_hasAsked)
        {
            _hasAsked = true;
            message = LoadPayloads.Pack(Opening());
            return true;
        }

        if (_closed || _tally is null)
            return false;
        if (plan.Rate is null)
            _due = Sent + 1;
        if (Sent >= Due)
            return false;
        message = payloads[number, Sent++];
        return true;
    }

    public override void OnMessage(ReadOnlySpan<byte> message)
    {
        StreamInferResponse response = StreamInferResponse.Parser.ParseFrom(message);
        switch (response.ResponseCase)
        {
            case StreamInferResponse.ResponseOneofCase.Opened:
                HasOpened = true;
                _opened.TrySetResult();
                break;
            case StreamInferResponse.ResponseOneofCase.Result:
                _tally!.Add(number, response.Result, Stopwatch.GetTimestamp());
                _nextFrame = (long)response.Result.FirstIndex + response.Result.Count;
                Dropped = (long)response.Result.FramesDropped;
                break;
            case StreamInferResponse.ResponseOneofCase.End:
                Dropped = (long)response.End.FramesDropped;
                break;
        }
    }

    public override void OnEnd(string? failure)
    {
        Failure = failure;
        _opened.TrySetResult();
        _ended.TrySetResult();
    }

    private StreamInferRequest Opening()
    {
        var open = new OpenSession { Model = plan.Model, ClientName = "load" };
        if (plan.Rate is { } rate)
            open.FrameRateHz = rate;
        if (plan.BlockSteps is { } steps)
            open.BlockSteps = (uint)steps;
        if (plan.Budget is { } budget)
            open.LatencyBudgetMs = (uint)budget.TotalMilliseconds;
        return new StreamInferRequest { Open = open };
    }
}
