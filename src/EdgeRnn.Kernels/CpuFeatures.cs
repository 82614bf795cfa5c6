using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EdgeRnn.Kernels;

/// <summary>What this processor has of the instructions that matter to the kernels.</summary>
public static class CpuFeatures
{
    /// <summary>In lower case, widest first, as "avx512f", "avx2", "fma" or "advsimd"; empty where only scalar code runs.</summary>
    public static IReadOnlyList<string> Present { get; } = Detect();

    private static List<string> Detect()
    {
        (string Name, bool IsPresent)[] features =
        [
            ("avx512f", Avx512F.IsSupported), ("avx2", Avx2.IsSupported), ("fma", Fma.IsSupported),
            ("advsimd", AdvSimd.IsSupported), ("dotprod", Dp.IsSupported),
        ];
        return [.. features.Where(feature => feature.IsPresent).Select(feature => feature.Name)];
    }
}
