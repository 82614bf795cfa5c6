using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EdgeRnn.Kernels.Tests;

public class KernelSetTests
{
    [Fact]
    public void Available_ThisProcessor_ListsItsWidthsBestFirst()
    {
        List<string> expected = [];
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            expected.Add("v512");
        if (Avx2.IsSupported && Fma.IsSupported)
            expected.Add("v256");
        if (Fma.IsSupported || AdvSimd.Arm64.IsSupported)
            expected.Add("v128");
        expected.Add("scalar");

        Assert.Equal(expected, TestData.KernelNames);
        Assert.Equal(
            KernelSet.Available.Select(set => set.Name switch { "v512" => 16, "v256" => 8, "v128" => 4, _ => 1 }),
            KernelSet.Available.Select(set => set.Lanes));
    }

    [Theory]
    [InlineData(null), InlineData("")]
    public void Select_NoName_ReturnsTheBest(string? name) => Assert.Same(KernelSet.Available[0], KernelSet.Select(name));

    [Fact]
    public void Select_AvailableName_ReturnsThatSet() =>
        Assert.All(KernelSet.Available, set => Assert.Same(set, KernelSet.Select(set.Name)));

    [Theory]
    [InlineData("v1024"), InlineData("Scalar"), InlineData(" ")]
    public void Select_UnknownName_ListsTheAvailable(string name)
    {
        string message = Assert.Throws<NotSupportedException>(() => KernelSet.Select(name)).Message;

        Assert.Equal(
            $"expected kernels that this processor has, one of {string.Join(", ", TestData.KernelNames)}, found '{name}'", message);
    }
}
