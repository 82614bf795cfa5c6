namespace EdgeRnn.Cli.Input;

/// <summary>Where frames come from.</summary>
internal abstract class FrameInput : IDisposable
{
    /// <summary>Values per batch, roughly: large enough that the overhead of a batch vanishes.</summary>
    protected const int BatchValues = 16 * 1024;

    /// <summary>Opens a file by its extension: .safetensors, or else CSV; "-" is CSV from standard input.</summary>
    /// <param name="tensor">The tensor to read; null where the user named none.</param>
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
    /// Set before reading where the model rejects NaN and infinities: text then tells their lines, which only it knows. The values of
    /// other inputs are left to the model.
    /// </summary>
    public bool RejectsNonFinite { protected get; set; }

    public static bool IsTensorFile(string path) => Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The frames in order, [n][frameSize] at a time with n ≥ 1, as soon as they can be had. A batch is valid until the next one.
    /// </summary>
    /// <exception cref="CliException">The input does not hold such frames; those before the fault have been returned.</exception>
    public abstract IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync(int frameSize, CancellationToken cancellationToken = default);

    public abstract void Dispose();
}
