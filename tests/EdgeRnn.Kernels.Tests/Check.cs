namespace EdgeRnn.Kernels.Tests;

/// <summary>Comparisons of arrays whose messages name the first difference.</summary>
internal static class Check
{
    /// <summary>Asserts errors of at most <paramref name="tolerance"/>, relative for values above 1.</summary>
    public static void Close(double[] expected, float[] found, double tolerance, string what)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(found[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            if (!(error <= tolerance))
                Assert.Fail($"{what}: value {i} should be {expected[i]:r}, found {found[i]:r} (error {error:e2}).");
        }
    }

    public static void SameBits(float[] expected, float[] found, string what)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            uint expectedBits = BitConverter.SingleToUInt32Bits(expected[i]), bits = BitConverter.SingleToUInt32Bits(found[i]);
            if (expectedBits != bits)
                Assert.Fail($"{what}: value {i} should be {expected[i]:r} ({expectedBits:x8}), found {found[i]:r} ({bits:x8}).");
        }
    }
}
