using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;
using Grpc.Core;

namespace EdgeRnn.Client;

/// <summary>
/// One session on the server: frames in, results out, in order. Write and read concurrently: a stream whose results are not read fills
/// up and makes its writer wait. Concurrent writes take turns; only one caller may read. Calls fail as described at
/// <see cref="EdgeRnnClient"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not used holds nothing to release.")]
[SuppressMessage("Naming", "CA1711", Justification = "A stream in the sense of gRPC.")]
public sealed class InferenceStream : IAsyncDisposable
{
    // 64 KiB: far below the message limit of any server, and large enough to make the overhead of a message negligible.
    private const int MessageValues = 16 * 1024;
    private const long MaxMilliseconds = 1L << 40;

    private readonly AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> _call;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly AnswerCheck _answers;
    private readonly TimeSpan _endTimeout;
    private readonly CancellationTokenSource _expiry = new();
    private volatile bool _completed;
    private volatile bool _waits;
    private long _offered;
    private int _reading;
    private ulong _nextIndex;

    internal InferenceStream(AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call, SessionOpened opened, TimeSpan endTimeout)
    {
        _call = call;
        SessionId = opened.SessionId;
        Model = Translation.ToDescription(opened.Model);
        BlockSteps = AnswerCheck.Within(opened.BlockSteps, 1, int.MaxValue, "opened.block_steps");
        MaxBlockDelay = TimeSpan.FromMilliseconds(opened.MaxBlockDelayMs);
        OutputEvery = AnswerCheck.Within(opened.OutputEvery, 1, int.MaxValue, "opened.output_every");
        IdleTimeout = TimeSpan.FromMilliseconds(AnswerCheck.Within(opened.IdleTimeoutMs, 0, MaxMilliseconds, "opened.idle_timeout_ms"));
        LatencyBudget = opened.HasLatencyBudgetMs ? TimeSpan.FromMilliseconds(opened.LatencyBudgetMs) : null;
        Objective = Translation.ToObjective(opened.Objective);
        OverloadPolicy = Translation.ToPolicy(opened.OverloadPolicy);
        FrameRateHz = opened.FrameRateHz;
        _answers = new AnswerCheck(Model.OutputSize, OutputEvery);
        _endTimeout = endTimeout;
    }

    /// <summary>The session's id in the server's logs.</summary>
    public string SessionId { get; }

    /// <summary>The model that computes this session.</summary>
    public ModelDescription Model { get; }

    /// <summary>Frames per block; with a <see cref="LatencyBudget"/>, the most that a block may hold.</summary>
    public int BlockSteps { get; }

    /// <summary>The longest that a frame waits for its block to fill; zero if the session has a <see cref="LatencyBudget"/>.</summary>
    public TimeSpan MaxBlockDelay { get; }

    /// <summary>Outputs are sent for the frames whose index is a multiple of this.</summary>
    public int OutputEvery { get; }

    /// <summary>The server ends the session if nothing was received or delivered for this long.</summary>
    public TimeSpan IdleTimeout { get; }

    /// <summary>The longest that a frame may take inside the server; null if there is no budget.</summary>
    public TimeSpan? LatencyBudget { get; }

    /// <summary>What the server aims for within the budget.</summary>
    public LatencyObjective Objective { get; }

    /// <summary>What happens to frames that the session has no room for.</summary>
    public OverloadPolicy OverloadPolicy { get; }

    /// <summary>Frames per second that the server admitted the session with; 0 if the rate was not considered.</summary>
    public double FrameRateHz { get; }

    /// <summary>
    /// The server's warning that it may not be able to carry this session in time; null if there was none. Set while results are read.
    /// </summary>
    public string? OverCapacity { get; private set; }

    /// <summary>Whether the server is shutting down and takes no further frames. Set while results are read.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>How the session ended; null until <see cref="ReadResultsAsync"/> has read it.</summary>
    public SessionSummary? End { get; private set; }

    /// <summary>
    /// Sends frames, and waits while the server takes no more of them. More than 64 KiB go as several messages.
    /// </summary>
    /// <param name="frames">
    /// [n][<see cref="ModelDescription.FrameSize"/>], row-major, n ≥ 0. Must not change before the task completes.
    /// </param>
    /// <param name="clientTimestamp">
    /// The caller's clock in any unit. The result of a block carries the timestamp of the block's oldest frame.
    /// </param>
    /// <param name="cancellationToken">Cancels the write, and with it the session if a message was already being sent.</param>
    /// <exception cref="ArgumentException"><paramref name="frames"/> is not a whole number of frames.</exception>
    /// <exception cref="InvalidOperationException"><see cref="CompleteAsync"/> was called.</exception>
    /// <exception cref="EdgeRnnException">The session has ended, or the connection was lost.</exception>
    public async Task WriteAsync(ReadOnlyMemory<float> frames, long? clientTimestamp = null, CancellationToken cancellationToken = default)
    {
        int frameSize = Model.FrameSize;
        if (frames.Length % frameSize != 0)
        {
            throw new ArgumentException(
                $"frames must hold a multiple of {frameSize} values, the model's frame size; found {frames.Length}.", nameof(frames));
        }

        int pieceLength = Math.Max(1, MessageValues / frameSize) * frameSize;

        await _writing.WaitAsync(cancellationToken);
        try
        {
            for (; !frames.IsEmpty; frames = frames[Math.Min(pieceLength, frames.Length)..])
            {
                ReadOnlyMemory<float> piece = frames[..Math.Min(pieceLength, frames.Length)];
                var message = new Frames { Data = FramePayload.Pack(piece.Span), FirstIndex = _nextIndex };
                if (clientTimestamp is { } timestamp)
                    message.ClientTimestamp = timestamp;

                // Before it is sent: its answer may come at once.
                Interlocked.Add(ref _offered, piece.Length / frameSize);
                await SendAsync(new StreamInferRequest { Frames = message }, cancellationToken);
                _nextIndex += (ulong)(piece.Length / frameSize);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Has the frames sent so far computed without waiting for their block to fill.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) =>
        TakeTurnAsync(() => SendAsync(new StreamInferRequest { Flush = new Flush() }, cancellationToken), cancellationToken);

    /// <summary>Starts a new sequence: the next frame is computed from a zero state. Frame indices continue.</summary>
    public Task ResetAsync(CancellationToken cancellationToken = default) =>
        TakeTurnAsync(() => SendAsync(new StreamInferRequest { Reset = new Reset() }, cancellationToken), cancellationToken);

    /// <summary>Ends the input; every frame sent is still answered. A second call does nothing.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken = default) => TakeTurnAsync(CompleteInputAsync, cancellationToken);

    /// <summary>
    /// Reads the results in order. Can be enumerated once. Completes after <see cref="CompleteAsync"/>, when every frame was answered.
    /// </summary>
    /// <exception cref="EdgeRnnException">
    /// Thrown after the last result if the session ended for any other reason than <see cref="EndReason.EndOfInput"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">The results were enumerated before.</exception>
    public async IAsyncEnumerable<InferenceResult> ReadResultsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
            throw new InvalidOperationException("The results of a stream can be read once.");
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _expiry.Token);
        WaitsForServer(true);
        while (await MoveNextAsync(waiting.Token, cancellationToken))
        {
            WaitsForServer(false);
            StreamInferResponse response = _call.ResponseStream.Current;
            switch (response.ResponseCase)
            {
                case StreamInferResponse.ResponseOneofCase.Result:
                    if (End is not null)
                        throw EdgeRnnException.Malformed("the server's answer: expected nothing after the end, found a result");
                    _answers.Add(response.Result, Interlocked.Read(ref _offered));
                    yield return Translation.ToResult(response.Result);
                    break;
                case StreamInferResponse.ResponseOneofCase.Notice when response.Notice.Kind == NoticeKind.Draining:
                    IsDraining = true;
                    break;
                case StreamInferResponse.ResponseOneofCase.Notice when response.Notice.Kind == NoticeKind.OverCapacity:
                    OverCapacity = response.Notice.Message;
                    break;
                case StreamInferResponse.ResponseOneofCase.End:
                    End = Translation.ToSummary(response.End);
                    _answers.Complete(End, Interlocked.Read(ref _offered));
                    _ = HalfCloseAsync();
                    break;
                default:
                    break; // A later server may send kinds that this client does not need.
            }

            WaitsForServer(true);
        }

        if (End is null)
            throw EdgeRnnException.Malformed("the server's answer: expected the session's end, found the end of the stream");
    }

    /// <summary>Cancels the session if it has not ended.</summary>
    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        _expiry.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells a server that shuts down that everything was read: it waits up to two seconds for that.</summary>
    private async Task HalfCloseAsync()
    {
        try
        {
            await CompleteAsync();
        }
        catch (Exception)
        {
            // The call is over already.
        }
    }

    private async Task TakeTurnAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await action();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task CompleteInputAsync()
    {
        if (_completed)
            return;
        _completed = true;
        SetExpiry();
        try
        {
            await _call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (EdgeRnnException.IsCallFailure(e, CancellationToken.None))
        {
            throw EdgeRnnException.Translate(e, CancellationToken.None, End);
        }
    }

    private async Task SendAsync(StreamInferRequest request, CancellationToken cancellationToken)
    {
        if (End is { } end && end.Reason != EndReason.EndOfInput)
            throw EdgeRnnException.From(end);
        if (_completed)
            throw new InvalidOperationException("The input of this stream was completed.");
        try
        {
            await _call.RequestStream.WriteAsync(request, cancellationToken);
        }
        catch (Exception e) when (EdgeRnnException.IsCallFailure(e, cancellationToken))
        {
            throw EdgeRnnException.Translate(e, cancellationToken, End);
        }
    }

    /// <summary>The time in which the caller is busy with a result is not the server's.</summary>
    private void WaitsForServer(bool waits)
    {
        _waits = waits;
        SetExpiry();
    }

    /// <summary>After the input was completed, a server that is waited for must not be silent for longer than the time-out.</summary>
    private void SetExpiry()
    {
        try
        {
            lock (_expiry)
                _expiry.CancelAfter(_completed && _waits ? _endTimeout : Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The stream is disposed of, and its end is not waited for.
        }
    }

    private async Task<bool> MoveNextAsync(CancellationToken waiting, CancellationToken cancellationToken)
    {
        try
        {
            return await _call.ResponseStream.MoveNext(waiting);
        }
        catch (Exception e) when (End is null && _expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested
            && EdgeRnnException.IsCallFailure(e, cancellationToken))
        {
            throw EdgeRnnException.TimedOut($"the input was completed, and the server sent nothing for {_endTimeout.TotalSeconds:0.###} s");
        }
        catch (Exception e) when (End is { Reason: EndReason.EndOfInput } && EdgeRnnException.IsCallFailure(e, cancellationToken))
        {
            return false;
        }
        catch (Exception e) when (EdgeRnnException.IsCallFailure(e, cancellationToken))
        {
            throw EdgeRnnException.Translate(e, cancellationToken, End);
        }
    }
}
