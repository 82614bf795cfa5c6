using System.Globalization;
using System.Text.RegularExpressions;
using EdgeRnn.Runtime.Energy;

namespace EdgeRnn.Cli.Doctor;

/// <summary>What Linux reports about the machine; null or empty if it does not.</summary>
/// <param name="Board">The board's name from the device tree.</param>
/// <param name="Processor">The processor's model.</param>
/// <param name="MemoryBytes">Memory of the whole machine.</param>
/// <param name="Caches">Data caches of the first core, lowest level first.</param>
/// <param name="Governors">Distinct frequency governors in use.</param>
/// <param name="PowerSensor">The sensor that energy is read from.</param>
internal sealed partial record Machine(
    string? Board, string? Processor, long? MemoryBytes, IReadOnlyList<CpuCache> Caches, IReadOnlyList<string> Governors,
    string? PowerSensor)
{
    private const string Cpus = "sys/devices/system/cpu";

    /// <summary>Bytes of the largest cache; 0 if none is known.</summary>
    public long MaxCache => Caches.Select(cache => cache.Bytes).DefaultIfEmpty().Max();

    /// <param name="root">The folder that holds <c>sys</c> and <c>proc</c>.</param>
    public static Machine Read(string root) => new(
        Text(root, "proc/device-tree/model"),
        Field(root, "proc/cpuinfo", "model name"),
        Field(root, "proc/meminfo", "MemTotal") is { } total ? Size(total) : null,
        [.. Folders(root, $"{Cpus}/cpu0/cache", "index*").Select(ReadCache).OfType<CpuCache>().OrderBy(cache => cache.Level)],
        [.. Folders(root, Cpus, "cpu*").Select(cpu => Text(cpu, "cpufreq/scaling_governor")).OfType<string>()
            .Distinct().Order(StringComparer.Ordinal)],
        PowerSensors.Find(root)?.Description);

    private static CpuCache? ReadCache(string folder) =>
        Text(folder, "type") is { } type && type != "Instruction"
        && int.TryParse(Text(folder, "level"), NumberStyles.None, CultureInfo.InvariantCulture, out int level)
        && Size(Text(folder, "size")) is { } size ? new CpuCache(level, size) : null;

    /// <summary>Parses a size as the kernel writes it: a number, followed by K, kB, M or nothing.</summary>
    private static long? Size(string? text)
    {
        Match match = SizePattern().Match(text ?? "");
        if (!match.Success)
            return null;
        long number = long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch { "M" => number << 20, "" => number, _ => number << 10 };
    }

    private static string? Field(string root, string file, string name) => Text(root, file)?.Split('\n')
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim();

    private static string? Text(string root, string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path)).Trim('\0', '\n', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Folders(string root, string path, string pattern)
    {
        string folder = Path.Combine(root, path);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern).Order(StringComparer.Ordinal) : [];
    }

    [GeneratedRegex("^([0-9]{1,12}) ?(K|kB|M|)$")]
    private static partial Regex SizePattern();
}

/// <summary>A cache that a core reads data from.</summary>
internal sealed record CpuCache(int Level, long Bytes);
