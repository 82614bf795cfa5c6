using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeRnn.Kernels.Linked;

namespace EdgeRnn.Kernels.Tests.Linked;

public class X64LevelTests
{
    /// <summary>The JIT asks the processor itself, so both must agree, on whatever processor this runs.</summary>
    [Fact]
    public void HasV3_ThisProcessor_AgreesWithTheJit() => Assert.Equal(Avx2.IsSupported && Fma.IsSupported, X64Level.HasV3);

    [Fact]
    public void HasFast512_ThisProcessor_AgreesWithTheJit() =>
        Assert.Equal(Avx512F.IsSupported && Vector512.IsHardwareAccelerated, X64Level.HasFast512);
}
