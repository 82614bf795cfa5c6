namespace EdgeRnn.Cli.Input;

/// <summary>Paces frames as a sensor would: frame i is due i / rate seconds after the first.</summary>
/// <param name="rate">Frames per second.</param>
internal sealed class FramePacer(double rate, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _next;

    /// <summary>Waits until the next frame is due; returns at once if it is late.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = TimeSpan.FromSeconds(_next++ / rate) - time.GetElapsedTime(_start);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken);
    }
}
