using EdgeRnn.Cli.Input;

namespace EdgeRnn.Cli.Output;

/// <summary>Where results go. <see cref="IDisposable.Dispose"/> completes the output.</summary>
internal abstract class ResultOutput : IDisposable
{
    /// <summary>Creates a file by its extension: .safetensors, or else CSV; null is CSV on standard output.</summary>
    /// <param name="labels">What the outputs stand for; may be empty.</param>
    public static ResultOutput Create(string? path, IReadOnlyList<string> labels, int outputSize, Terminal terminal)
    {
        if (path is null or "-")
            return new CsvResultOutput(terminal.Output, ownsWriter: false, labels, outputSize);
        return FrameInput.IsTensorFile(path)
            ? new TensorResultOutput(path, outputSize)
            : new CsvResultOutput(new StreamWriter(OutputFile.Create(path)), ownsWriter: true, labels, outputSize);
    }

    /// <summary>Writes consecutive results so that they can be read at once.</summary>
    /// <param name="firstFrame">Index of the frame of the first row.</param>
    /// <param name="every">Distance of the rows' frames.</param>
    /// <param name="outputs">[n][output size].</param>
    public abstract void Write(long firstFrame, int every, ReadOnlySpan<float> outputs);

    public abstract void Dispose();
}
