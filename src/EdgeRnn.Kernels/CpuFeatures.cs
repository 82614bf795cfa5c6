using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeRnn.Kernels.Linked;

namespace EdgeRnn.Kernels;

/// <summary>The instruction set extensions of this processor that the kernels can use.</summary>
internal static class CpuFeatures
{
    /// <summary>"avx512f", "avx2", "fma", "advsimd", "dotprod": those present, in this order; empty if there are none.</summary>
    public static IReadOnlyList<string> Present { get; } = Detect();

    /// <summary>512-bit registers that do not slow the processor down.</summary>
    public static bool HasAvx512 => LinkedKernels.Exist ? X64Level.HasFast512 : Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>AVX2 with fused multiply-add.</summary>
    public static bool HasAvx2 => LinkedKernels.Exist ? X64Level.HasV3 : Avx2.IsSupported && Fma.IsSupported;

    private static List<string> Detect()
    {
        (string Name, bool IsPresent)[] features =
        [
            ("avx512f", HasAvx512), ("avx2", HasAvx2), ("fma", HasAvx2), ("advsimd", AdvSimd.IsSupported), ("dotprod", Dp.IsSupported),
        ];
        return [.. features.Where(feature => feature.IsPresent).Select(feature => feature.Name)];
    }
}
