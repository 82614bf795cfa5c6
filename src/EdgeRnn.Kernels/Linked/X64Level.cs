using System.Runtime.Intrinsics.X86;

namespace EdgeRnn.Kernels.Linked;

/// <summary>
/// The level of the x86-64 instruction set (psABI of x86-64, section 3.1.1) that processor and system offer. A program compiled ahead of
/// time for level 1 cannot ask .NET, which answers for the program and not for the processor; Linux lists only what a program may use.
/// </summary>
internal static class X64Level
{
    private static readonly string[] V3 = ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"];
    private static readonly string[] V4 = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"];

    private static readonly Dictionary<string, string> Processor = Read("/proc/cpuinfo");

    /// <summary>Level 3: AVX2 with fused multiply-add.</summary>
    public static bool HasV3 { get; } = Has(V3) && HasLzcnt();

    /// <summary>
    /// Level 4, AVX-512, except on Skylake's and Cannon Lake's servers, which lower their clock for it: .NET prefers 256 bits there, too.
    /// </summary>
    public static bool HasFast512 { get; } = HasV3 && Has(V4)
        && !(Value("vendor_id") == "GenuineIntel" && Value("cpu family") == "6" && Value("model") is "85" or "102");

    /// <summary>Asks the processor, because some virtual machines' lists lack this one. It needs no support of the system's.</summary>
    private static bool HasLzcnt() => X86Base.IsSupported && (X86Base.CpuId(unchecked((int)0x80000001), 0).Ecx & (1 << 5)) != 0;

    private static bool Has(string[] flags) => flags.All($"{Value("flags")} ".Split(' ').Contains);

    private static string Value(string key) => Processor.GetValueOrDefault(key, "");

    /// <summary>The keys and values of the first processor; none if the file cannot be read.</summary>
    private static Dictionary<string, string> Read(string path)
    {
        var values = new Dictionary<string, string>();
        try
        {
            foreach (string line in File.ReadLines(path).TakeWhile(line => line.Length > 0))
            {
                if (line.IndexOf(':') is > 0 and int colon)
                    values[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without /proc only the scalar kernels are known to run.
        }

        return values;
    }
}
