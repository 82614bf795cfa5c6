using System.Runtime.InteropServices;

namespace EdgeRnn.Benchmarks.Reports;

/// <summary>The machine on which the benchmark runs.</summary>
internal static class Machine
{
    private static readonly string[] ProcessorLines = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];

    /// <summary>The processor's name, family and model as far as the system tells.</summary>
    public static string Cpu => Field("model name") is { } name
        ? $"{name} (family {Field("cpu family")}, model {Field("model")})"
        : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>Whether it is of the class for which the goals are set: Zen 5.</summary>
    public static bool IsGoalClass => Field("vendor_id") == "AuthenticAMD" && Field("cpu family") == "26";

    private static string? Field(string name) =>
        ProcessorLines.Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).FirstOrDefault(pair => pair[0] == name)?[1];
}
