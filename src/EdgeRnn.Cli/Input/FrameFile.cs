namespace EdgeRnn.Cli.Input;

/// <summary>The formats of files of frames and results, by their extensions.</summary>
internal enum FrameFile
{
    /// <summary>Text, one frame per line.</summary>
    Csv,

    /// <summary>A tensor in a safetensors file.</summary>
    Safetensors,

    /// <summary>An array that NumPy saved.</summary>
    Npy,

    /// <summary>No extension tells.</summary>
    Unknown,
}

/// <summary>Tells a file's format.</summary>
internal static class FrameFiles
{
    /// <summary>"-" is CSV: a standard stream.</summary>
    /// <returns><see cref="FrameFile.Unknown"/> for an extension of something else, or none.</returns>
    public static FrameFile Of(string path) => path == "-" ? FrameFile.Csv : Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" or ".tsv" or ".txt" => FrameFile.Csv,
        ".safetensors" => FrameFile.Safetensors,
        ".npy" => FrameFile.Npy,
        _ => FrameFile.Unknown,
    };
}
