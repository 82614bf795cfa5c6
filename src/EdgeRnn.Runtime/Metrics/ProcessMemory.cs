using System.Globalization;

namespace EdgeRnn.Runtime.Metrics;

/// <summary>How much memory this process holds and may hold, in bytes.</summary>
internal static class ProcessMemory
{
    /// <summary>
    /// The most that this process may hold: where the .NET runtime itself calls memory scarce, at 90 % of the container's limit, or of the
    /// machine's memory if there is no limit.
    /// </summary>
    public static long Ceiling => GC.GetGCMemoryInfo(GCKind.Any).HighMemoryLoadThresholdBytes;

    /// <summary>
    /// What this process holds. The program's files in memory count by half: the kernel may drop them all, but a server that then reads its
    /// own code from an SD card between two blocks is late.
    /// </summary>
    public static long Held => Environment.WorkingSet - MappedFiles() / 2;

    /// <summary>Bytes of files in memory; 0 if the system does not tell.</summary>
    private static long MappedFiles()
    {
        const string Status = "/proc/self/status", Field = "RssFile:", Unit = " kB";
        if (!File.Exists(Status))
            return 0;
        string? line = File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is not null && line.EndsWith(Unit, StringComparison.Ordinal)
            && long.TryParse(
                line.AsSpan()[Field.Length..^Unit.Length].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long kibi)
            ? kibi << 10
            : 0;
    }
}
