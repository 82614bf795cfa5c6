using EdgeRnn.Kernels;

namespace EdgeRnn.Runtime.Tests.Models;

internal static class KernelSets
{
    public static IEnumerable<string> Names => KernelSet.Available.Select(kernels => kernels.Name);

    /// <summary>Any set: for tests in which the width plays no part.</summary>
    public static KernelSet Any { get; } = KernelSet.Select(null);
}
