using System.Text.Json;

namespace EdgeRnn.Server.Tests.RealModels;

/// <summary>How logits are judged.</summary>
internal static class Logits
{
    /// <summary>The index of the largest value; of the lowest such index.</summary>
    public static int Decide<T>(ReadOnlySpan<T> logits) where T : IComparable<T>
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i].CompareTo(logits[best]) > 0)
                best = i;
        }

        return best;
    }

    /// <summary>How far from the float64 logits a model's may be, given how far the float32 run of the training framework was.</summary>
    public static double Tolerance(JsonElement figures) => 4 * figures.GetProperty("logits_f32_vs_f64_max_abs").GetDouble() + 1e-6;

    public static void AssertClose(double[] expected, ReadOnlySpan<float> found, double tolerance, string what)
    {
        Assert.True(found.Length >= expected.Length, $"{what}: expected at least {expected.Length} logits, found {found.Length}");
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - found[i]);
            Assert.True(error <= tolerance, $"{what}: logit {i}: expected {expected[i]} within {tolerance}, found {found[i]}");
        }
    }

    public static JsonElement ReadConfiguration(string model)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf($"trained/{model}/config.json")));
        return document.RootElement.Clone();
    }
}
