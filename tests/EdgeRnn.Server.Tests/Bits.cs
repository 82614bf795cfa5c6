using System.Runtime.InteropServices;

namespace EdgeRnn.Server.Tests;

/// <summary>Equality of floats as bits: -0 is not 0, and a NaN equals itself.</summary>
internal static class Bits
{
    public static void AssertEqual(float[] expected, float[] actual, string context = "")
    {
        Assert.True(expected.Length == actual.Length, $"expected {expected.Length} values, found {actual.Length} {context}");
        int same = MemoryMarshal.Cast<float, int>(expected.AsSpan()).CommonPrefixLength(MemoryMarshal.Cast<float, int>(actual.AsSpan()));
        Assert.True(same == expected.Length,
            $"value {same}: expected {(same < expected.Length ? expected[same] : 0):R}, found {(same < actual.Length ? actual[same] : 0):R} {context}");
    }
}
