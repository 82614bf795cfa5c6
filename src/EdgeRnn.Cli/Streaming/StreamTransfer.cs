using EdgeRnn.Cli.Input;
using EdgeRnn.Client;

namespace EdgeRnn.Cli.Streaming;

/// <summary>
/// Sends frames from an input to a stream while results come back. Each message carries the time at which it was sent.
/// </summary>
/// <param name="rate">Frames to send per second; null: as fast as the stream takes them.</param>
internal sealed class StreamTransfer(InferenceStream stream, FrameInput input, double? rate)
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private long _sent;

    /// <summary>Frames sent so far.</summary>
    public long FramesSent => Interlocked.Read(ref _sent);

    /// <summary>How long ago the oldest frame of a result was sent.</summary>
    public static TimeSpan RoundTrip(InferenceResult result) => Time.GetElapsedTime(result.ClientTimestamp ?? Time.GetTimestamp());

    /// <summary>Sends all frames; returns when everything sent has been answered.</summary>
    /// <param name="deliver">Called with each result in order.</param>
    /// <param name="endOfInput">Ends the input early; what was sent is still answered.</param>
    /// <exception cref="EdgeRnnException">The server ended the session with an error.</exception>
    /// <exception cref="CliException">The input is malformed; the frames before the fault have been answered.</exception>
    public async Task RunAsync(Action<InferenceResult> deliver, CancellationToken endOfInput)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(endOfInput);
        Task sending = SendAsync(stop.Token);
        try
        {
            await foreach (InferenceResult result in stream.ReadResultsAsync(CancellationToken.None))
                deliver(result);
        }
        catch
        {
            // The failure of reading is the cause; failures of sending only follow from it.
            await stop.CancelAsync();
            await stream.DisposeAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await stop.CancelAsync();
        await sending;
    }

    private async Task SendAsync(CancellationToken stop)
    {
        try
        {
            await SendFramesAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The input was ended early, by the user or by the end of the stream.
        }
        finally
        {
            await stream.CompleteAsync(CancellationToken.None);
        }
    }

    private async Task SendFramesAsync(CancellationToken stop)
    {
        int frameSize = stream.Model.FrameSize;
        input.RejectsNonFinite = stream.Model.RejectsNonFinite;
        FramePacer? pacer = rate is { } framesPerSecond ? new FramePacer(framesPerSecond, Time) : null;
        await foreach (ReadOnlyMemory<float> batch in input.ReadAsync(frameSize, stop))
        {
            int piece = pacer is null ? batch.Length : frameSize;
            for (ReadOnlyMemory<float> rest = batch; !rest.IsEmpty; rest = rest[piece..])
            {
                if (pacer is not null)
                    await pacer.WaitAsync(stop);
                // Canceling a write would cancel the call, and with it the answers to what was sent.
                await stream.WriteAsync(rest[..piece], Time.GetTimestamp(), CancellationToken.None);
                Interlocked.Add(ref _sent, piece / frameSize);
            }
        }
    }
}
