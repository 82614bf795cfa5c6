using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;
using Grpc.Core;

namespace EdgeRnn.Client;

/// <summary>
/// One session on the server: frames in, results out, in order. Any number of calls may write (they take turns) while one reads;
/// write and read concurrently, because a stream whose results are not read fills up and makes its writer wait.
/// Failures as described at <see cref="EdgeRnnClient"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to release.")]
[SuppressMessage("Naming", "CA1711", Justification = "A gRPC stream; nobody takes it for a System.IO.Stream.")]
public sealed class InferenceStream : IAsyncDisposable
{
    // Far below any server's message limit, and large enough that the overhead of a message vanishes.
    private const int MessageValues = 16 * 1024;

    private readonly AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> _call;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile bool _completed;
    private int _reading;
    private ulong _nextIndex;

    internal InferenceStream(AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call, SessionOpened opened)
    {
        _call = call;
        SessionId = opened.SessionId;
        Model = Translation.ToDescription(opened.Model);
        BlockSteps = checked((int)opened.BlockSteps);
        MaxBlockDelay = TimeSpan.FromMilliseconds(opened.MaxBlockDelayMs);
        OutputEvery = checked((int)opened.OutputEvery);
        IdleTimeout = TimeSpan.FromMilliseconds(opened.IdleTimeoutMs);
        LatencyBudget = opened.HasLatencyBudgetMs ? TimeSpan.FromMilliseconds(opened.LatencyBudgetMs) : null;
        Objective = Translation.ToObjective(opened.Objective);
        OverloadPolicy = Translation.ToPolicy(opened.OverloadPolicy);
        FrameRateHz = opened.FrameRateHz;
    }

    /// <summary>The session's name in the server's logs.</summary>
    public string SessionId { get; }

    public ModelDescription Model { get; }

    /// <summary>Frames per block in force; with a budget the most that a block may hold.</summary>
    public int BlockSteps { get; }

    /// <summary>The longest that a frame waits for its block to fill; zero where the session has a budget.</summary>
    public TimeSpan MaxBlockDelay { get; }

    /// <summary>Outputs come for frames whose index is a multiple of this.</summary>
    public int OutputEvery { get; }

    /// <summary>The session ends when nothing was received or delivered for this long.</summary>
    public TimeSpan IdleTimeout { get; }

    /// <summary>The latency budget in force; null for none.</summary>
    public TimeSpan? LatencyBudget { get; }

    /// <summary>What the server aims for within the budget.</summary>
    public LatencyObjective Objective { get; }

    /// <summary>What happens to frames that the session has no room for.</summary>
    public OverloadPolicy OverloadPolicy { get; }

    /// <summary>The rate that the server's admission counted with; 0 for none.</summary>
    public double FrameRateHz { get; }

    /// <summary>Why the server expects not to carry this session, where it opened it all the same; null where it does not.</summary>
    public string? OverCapacity { get; private set; }

    /// <summary>The server has announced its shutdown: it takes no further frames.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>How the session ended, once the server has said so.</summary>
    public SessionSummary? End { get; private set; }

    /// <summary>
    /// Sends frames, [n][FrameSize] row-major, n ≥ 0; waits while the server takes no more. Large writes go as several messages.
    /// </summary>
    /// <exception cref="ArgumentException">Not a whole number of frames.</exception>
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
                await SendAsync(new StreamInferRequest { Frames = message }, cancellationToken);
                _nextIndex += (ulong)(piece.Length / frameSize);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Has the frames gathered so far computed without waiting for their block to fill.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) =>
        TakeTurnAsync(() => SendAsync(new StreamInferRequest { Flush = new Flush() }, cancellationToken), cancellationToken);

    /// <summary>Starts a new sequence: the next frame meets a zero state. Frame indices go on.</summary>
    public Task ResetAsync(CancellationToken cancellationToken = default) =>
        TakeTurnAsync(() => SendAsync(new StreamInferRequest { Reset = new Reset() }, cancellationToken), cancellationToken);

    /// <summary>Ends the input; every frame sent is still answered. Does nothing the second time.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken = default) => TakeTurnAsync(CompleteInputAsync, cancellationToken);

    /// <summary>
    /// The results in order; can be enumerated once. Ends when the server ended the session with success, and throws
    /// <see cref="EdgeRnnException"/> after the last result otherwise.
    /// </summary>
    public async IAsyncEnumerable<InferenceResult> ReadResultsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
            throw new InvalidOperationException("The results of a stream can be read once.");
        while (await MoveNextAsync(cancellationToken))
        {
            StreamInferResponse response = _call.ResponseStream.Current;
            switch (response.ResponseCase)
            {
                case StreamInferResponse.ResponseOneofCase.Result:
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
                    _ = HalfCloseAsync();
                    break;
                default:
                    break; // A kind that a later server may send and this client can do without.
            }
        }
    }

    /// <summary>Cancels the session unless it has ended.</summary>
    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells a server that shuts down that everything was read; it waits for that, but not for long.</summary>
    private async Task HalfCloseAsync()
    {
        try
        {
            await CompleteAsync();
        }
        catch (Exception)
        {
            // The call is over already, in whatever way.
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
        try
        {
            await _call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (EdgeRnnException.Explains(e, CancellationToken.None))
        {
            throw EdgeRnnException.From(e, End);
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
        catch (Exception e) when (EdgeRnnException.Explains(e, cancellationToken))
        {
            throw EdgeRnnException.From(e, End);
        }
    }

    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _call.ResponseStream.MoveNext(cancellationToken);
        }
        catch (Exception e) when (End is { Reason: EndReason.EndOfInput } && EdgeRnnException.Explains(e, cancellationToken))
        {
            return false;
        }
        catch (Exception e) when (EdgeRnnException.Explains(e, cancellationToken))
        {
            throw EdgeRnnException.From(e, End);
        }
    }
}
