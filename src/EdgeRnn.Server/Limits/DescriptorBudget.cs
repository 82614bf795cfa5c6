using System.Globalization;

namespace EdgeRnn.Server.Limits;

/// <summary>How many connections the process's limit of file descriptors allows.</summary>
internal static class DescriptorBudget
{
    // For files, sensors, exporters and the service manager's socket.
    private const int Reserve = 32;
    private const int Least = 8;
    private const string LimitRow = "Max open files";

    /// <summary>
    /// The descriptors that connections may take: the limit without those that are open and a reserve. Unlimited where /proc does not tell.
    /// </summary>
    public static int Connections()
    {
        try
        {
            return Connections(File.ReadAllText("/proc/self/limits"), Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return int.MaxValue;
        }
    }

    /// <param name="limits">The text of /proc/self/limits.</param>
    /// <param name="open">Descriptors that are open.</param>
    internal static int Connections(string limits, int open)
    {
        string? row = limits.Split('\n').FirstOrDefault(line => line.StartsWith(LimitRow, StringComparison.Ordinal));
        string? soft = row?[LimitRow.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit)
            ? (int)Math.Clamp(limit - open - Reserve, Least, int.MaxValue)
            : int.MaxValue;
    }
}
