namespace EdgeRnn.Cli.Input;

/// <summary>A source of frames.</summary>
internal abstract class FrameInput : IDisposable
{
    /// <summary>Values per batch, roughly; large enough to make the overhead of a batch negligible.</summary>
    protected const int BatchValues = 16 * 1024;

    /// <summary>Opens a file by its extension: .safetensors, or else CSV; "-" is CSV from standard input.</summary>
    /// <param name="tensor">The tensor to read; null if the user named none.</param>
    /// <exception cref="CliException">A tensor is named for an input that has none, or there is no such file.</exception>
    public static FrameInput OpenByExtension(string path, string? tensor, Terminal terminal)
    {
        if (IsTensorFile(path))
            return TensorFrameInput.Open(path, tensor, terminal);
        if (tensor is not null)
            throw new CliException($"--tensor: expected a .safetensors input, found '{path}'", ExitCodes.WrongUse);
        return path == "-" ? new CsvFrameInput("standard input", terminal.Input) : CsvFrameInput.Open(path);
    }

    /// <summary>
    /// Set before reading if the model rejects NaN and infinities. CSV input then reports their line and column, which only it knows; other
    /// inputs leave the check to the model.
    /// </summary>
    public bool RejectsNonFinite { protected get; set; }

    public static bool IsTensorFile(string path) => Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The frames in order, [n][frameSize] at a time with n ≥ 1, as soon as they arrive. A batch is valid until the next one.
    /// </summary>
    /// <exception cref="CliException">The input is malformed; the frames before the fault have been returned.</exception>
    public abstract IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync(int frameSize, CancellationToken cancellationToken = default);

    public abstract void Dispose();
}
