namespace EdgeRnn.Cli.Input;

/// <summary>Lets frames go at the rate at which a sensor would give them: frame i at i / rate seconds after the first.</summary>
/// <param name="rate">Frames per second.</param>
internal sealed class FramePacer(double rate, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _next;

    /// <summary>Waits until the next frame is due; at once where it is late.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = TimeSpan.FromSeconds(_next++ / rate) - time.GetElapsedTime(_start);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken);
    }
}
