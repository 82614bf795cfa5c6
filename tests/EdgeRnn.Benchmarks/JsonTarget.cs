namespace EdgeRnn.Benchmarks;

/// <summary>Where results for programs go.</summary>
/// <param name="IsWanted">Whether there are to be any.</param>
/// <param name="File">A file; null for standard output.</param>
internal readonly record struct JsonTarget(bool IsWanted, string? File)
{
    /// <summary>Where text for people goes: not to where programs read.</summary>
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
