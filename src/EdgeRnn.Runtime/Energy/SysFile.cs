using System.Globalization;

namespace EdgeRnn.Runtime.Energy;

/// <summary>Reads the small files in which Linux describes the machine. A file that cannot be read counts as absent.</summary>
internal static class SysFile
{
    public static string? ReadText(params ReadOnlySpan<string> path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path)).Trim('\0', '\n', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A non-negative integer.</summary>
    public static long? ReadNumber(params ReadOnlySpan<string> path) =>
        long.TryParse(ReadText(path), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>An integer. What is below zero is the offset of a converter that measures nothing, and counts as zero.</summary>
    public static long? ReadMeasurement(params ReadOnlySpan<string> path) =>
        long.TryParse(ReadText(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? Math.Max(0, number) : null;

    /// <summary>The sub-folders of a folder, sorted by name; none if there is no such folder.</summary>
    public static IEnumerable<string> Folders(params ReadOnlySpan<string> path)
    {
        string folder = Path.Combine(path);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal) : [];
    }
}
