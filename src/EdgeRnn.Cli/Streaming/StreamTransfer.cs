using EdgeRnn.Cli.Input;
using EdgeRnn.Cli.Output;
using EdgeRnn.Client;

namespace EdgeRnn.Cli.Streaming;

/// <summary>Moves frames from an input to a stream and results from the stream to an output, both at once.</summary>
/// <param name="rate">Frames per second to keep to; null: as fast as the stream takes them.</param>
internal sealed class StreamTransfer(InferenceStream stream, FrameInput input, ResultOutput output, StreamProgress progress, double? rate)
{
    /// <summary>Ends when everything sent has been answered.</summary>
    /// <param name="endOfInput">Ends the input early; what was sent is still answered.</param>
    /// <exception cref="EdgeRnnException">The server ended the session otherwise.</exception>
    /// <exception cref="CliException">The input is faulty; the frames before the fault have been answered.</exception>
    public async Task RunAsync(CancellationToken endOfInput)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(endOfInput);
        Task sending = SendAsync(stop.Token);
        try
        {
            await foreach (InferenceResult result in stream.ReadResultsAsync(CancellationToken.None))
            {
                output.Write(result.FirstIndex, stream.OutputEvery, result.Outputs.Span);
                progress.Answered(result.Count);
            }
        }
        catch
        {
            // Why the reading ended is the cause; what the sending then ran into is not worth telling.
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
            // The end of the input, wherever it came from.
        }
        finally
        {
            await stream.CompleteAsync(CancellationToken.None);
        }
    }

    private async Task SendFramesAsync(CancellationToken stop)
    {
        int frameSize = stream.Model.FrameSize;
        FramePacer? pacer = rate is { } framesPerSecond ? new FramePacer(framesPerSecond, TimeProvider.System) : null;
        await foreach (ReadOnlyMemory<float> batch in input.ReadAsync(frameSize, stop))
        {
            int piece = pacer is null ? batch.Length : frameSize;
            for (ReadOnlyMemory<float> rest = batch; !rest.IsEmpty; rest = rest[piece..])
            {
                if (pacer is not null) await pacer.WaitAsync(stop);
                // Cancelling a write would cancel the call, and with it the answers to what was sent.
                await stream.WriteAsync(rest[..piece], cancellationToken: CancellationToken.None);
                progress.Sent(piece / frameSize);
            }
        }
    }
}
