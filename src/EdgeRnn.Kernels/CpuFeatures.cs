using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EdgeRnn.Kernels;

/// <summary>The instruction set extensions of this processor that the kernels can use.</summary>
internal static class CpuFeatures
{
    /// <summary>"avx512f", "avx2", "fma", "advsimd", "dotprod": those present, in this order; empty if there are none.</summary>
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
