using System.Runtime.InteropServices;

namespace EdgeRnn.Server.Tests;

/// <summary>Equality of floats as bits: -0 is not 0, and a NaN equals itself.</summary>
internal static class Bits
{
    public static void AssertEqual(float[] expected, float[] actual, string context = "")
    {
        Assert.True(expected.Length == actual.Length, $"expected {expected.Length} values, found {actual.Length} {context}");
        int same = MemoryMarshal.Cast<float, int>(expected.AsSpan()).CommonPrefixLength(MemoryMarshal.Cast<float, int>(actual.AsSpan()));
        if (same < expected.Length)
            Assert.Fail($"value {same}: expected {expected[same]:R}, found {actual[same]:R} {context}");
    }
}
