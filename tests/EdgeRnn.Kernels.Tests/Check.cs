namespace EdgeRnn.Kernels.Tests;

/// <summary>Comparisons of whole arrays that name the first difference.</summary>
internal static class Check
{
    /// <summary>Within <paramref name="tolerance"/>, relative for values above 1.</summary>
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
            uint wanted = BitConverter.SingleToUInt32Bits(expected[i]), bits = BitConverter.SingleToUInt32Bits(found[i]);
            if (wanted != bits)
                Assert.Fail($"{what}: value {i} should be {expected[i]:r} ({wanted:x8}), found {found[i]:r} ({bits:x8}).");
        }
    }
}
