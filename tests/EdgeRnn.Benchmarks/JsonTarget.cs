namespace EdgeRnn.Benchmarks;

/// <summary>Where results go as JSON.</summary>
/// <param name="IsWanted">Whether JSON was asked for.</param>
/// <param name="File">A file; null for standard output.</param>
internal readonly record struct JsonTarget(bool IsWanted, string? File)
{
    /// <summary>Where text goes: standard error if JSON takes standard output.</summary>
    public TextWriter Text => IsWanted && File is null ? Console.Error : Console.Out;

    public void Write(string json)
    {
        if (!IsWanted)
            return;
        if (File is null)
            Console.Out.WriteLine(json);
        else
            System.IO.File.WriteAllText(File, json + "\n");
    }
}
