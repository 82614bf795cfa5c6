using EdgeRnn.Cli.Input;

namespace EdgeRnn.Cli.Output;

/// <summary>A destination of results. <see cref="IDisposable.Dispose"/> completes the output.</summary>
internal abstract class ResultOutput : IDisposable
{
    /// <summary>Creates a file by its extension: .safetensors, or else CSV; null or "-" is CSV on standard output.</summary>
    /// <param name="labels">The outputs' names; may be empty.</param>
    public static ResultOutput Create(string? path, IReadOnlyList<string> labels, int outputSize, Terminal terminal)
    {
        if (path is null or "-")
            return new CsvResultOutput(terminal.Output, ownsWriter: false, labels, outputSize);
        return FrameInput.IsTensorFile(path)
            ? new TensorResultOutput(path, outputSize)
            : new CsvResultOutput(new StreamWriter(OutputFile.Create(path)), ownsWriter: true, labels, outputSize);
    }

    /// <summary>Writes consecutive results and flushes them, so that a reader of a pipe gets them at once.</summary>
    /// <param name="firstFrame">Index of the first row's frame.</param>
    /// <param name="every">Distance between the frames of consecutive rows.</param>
    /// <param name="outputs">[n][output size].</param>
    public abstract void Write(long firstFrame, int every, ReadOnlySpan<float> outputs);

    public abstract void Dispose();
}
