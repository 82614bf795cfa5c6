namespace EdgeRnn.Cli.Input;

/// <summary>A source of frames.</summary>
internal abstract class FrameInput : IDisposable
{
    /// <summary>Values per batch, roughly; large enough to make the overhead of a batch negligible.</summary>
    protected const int BatchValues = 16 * 1024;

    /// <summary>
    /// Set before reading if the model rejects NaN and infinities. CSV input then reports their line and column, which only it knows; other
    /// inputs leave the check to the model.
    /// </summary>
    public bool RejectsNonFinite { protected get; set; }

    /// <summary>The time stamps of the frames that were read; null if the input has none.</summary>
    public FrameTimes? Times { get; protected init; }

    /// <summary>Lines so far that were not frames and were skipped or filled.</summary>
    public virtual long BadLines => 0;

    /// <summary>
    /// The frames in order, [n][frameSize] at a time with n ≥ 1, as soon as they arrive. A batch is valid until the next one.
    /// </summary>
    /// <exception cref="CliException">The input is malformed; the frames before the fault have been returned.</exception>
    public abstract IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync(int frameSize, CancellationToken cancellationToken = default);

    public abstract void Dispose();
}
