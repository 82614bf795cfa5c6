using EdgeRnn.Cli.Input;
using EdgeRnn.Runtime;

namespace EdgeRnn.Cli.Output;

/// <summary>A destination of results. <see cref="IDisposable.Dispose"/> completes the output.</summary>
internal abstract class ResultOutput : IDisposable
{
    /// <summary>Creates a file by its extension; "-" is CSV on standard output.</summary>
    /// <param name="outputs">What the results are.</param>
    /// <param name="times">The time stamps of the frames; null if there are none.</param>
    /// <param name="otherwise">The format of a file without extension.</param>
    /// <exception cref="CliException">The file cannot be written, or its extension is of another format.</exception>
    public static ResultOutput Create(string path, OutputRows outputs, FrameTimes? times, FrameFile otherwise, Terminal terminal)
    {
        if (path == "-")
            return new CsvResultOutput(terminal.Output, ownsWriter: false, outputs, times);
        return FormatOf(path, otherwise) switch
        {
            FrameFile.Safetensors => new TensorResultOutput(path, outputs.Size),
            FrameFile.Csv => new CsvResultOutput(new StreamWriter(OutputFile.Create(path)), ownsWriter: true, outputs, times),
            _ => throw new CliException($"--output: expected a file .csv or .safetensors, found '{ForeignText.Show(path)}'", ExitCodes.WrongUse),
        };
    }

    /// <summary>Writes consecutive results and flushes them, so that a reader of a pipe gets them at once.</summary>
    /// <param name="firstFrame">Index of the first row's frame.</param>
    /// <param name="every">Distance between the frames of consecutive rows.</param>
    /// <param name="outputs">[n][output size].</param>
    public abstract void Write(long firstFrame, int every, ReadOnlySpan<float> outputs);

    public abstract void Dispose();

    // Devices such as /dev/null have no extension either.
    private static FrameFile FormatOf(string path, FrameFile otherwise) =>
        Path.GetExtension(path).Length == 0 ? otherwise : FrameFiles.Of(path);
}
