using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Reference;

namespace EdgeRnn.Arm64Cases;

/// <summary>Arrays of values, and the results that all widths of this machine agree on.</summary>
internal static class Values
{
    /// <summary>The values for which instructions of different processors are most likely to differ.</summary>
    private static readonly float[] Hostile =
        [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, float.MaxValue, float.Epsilon, -1e-40f, 88, -104, 1e-8f];

    public static float[] Filled(int length, float value)
    {
        float[] values = new float[length];
        Array.Fill(values, value);
        return values;
    }

    /// <summary>Normals, with one in eight replaced by a hostile value.</summary>
    public static float[] Hostiles(this Random random, int count) =>
        [.. random.Normals(count).Select(value => random.Next(8) == 0 ? Hostile[random.Next(Hostile.Length)] : value)];

    /// <summary>Rows of the padded width; padding and offset are NaN.</summary>
    public static float[] Padded(this float[] values, int width, int offset = 0)
    {
        int stride = LanePadding.Pad(width), rows = values.Length / width;
        float[] padded = Filled(offset + rows * stride, float.NaN);
        for (int row = 0; row < rows; row++)
            values.AsSpan(row * width, width).CopyTo(padded.AsSpan(offset + row * stride));
        return padded;
    }

    /// <summary>Results that are NaN before the call. If there is no reference, only the bits are compared.</summary>
    public static Result Rows(float[] expected, int width, double[]? reference, double tolerance) =>
        InPlace(Filled(expected.Length, float.NaN), expected, width, reference, tolerance);

    /// <summary>Results that overwrite <paramref name="before"/>, beginning at <paramref name="offset"/>.</summary>
    public static Result InPlace(float[] before, float[] expected, int width, double[]? reference, double tolerance, int offset = 0) =>
        new(before.Padded(width, offset), offset, LanePadding.Pad(width), width, expected,
            reference ?? [.. expected.Select(_ => double.NaN)], tolerance);

    /// <summary>The result of every kernel set.</summary>
    /// <exception cref="InvalidOperationException">The sets do not give the same bits.</exception>
    public static T OnEveryWidth<T>(Func<KernelSet, T> run, Func<T, float[]> values)
    {
        T best = run(KernelSet.Available[0]);
        foreach (KernelSet set in KernelSet.Available.Skip(1))
        {
            if (!values(best).Bits().SequenceEqual(values(run(set)).Bits()))
                throw new InvalidOperationException($"{set} and {KernelSet.Available[0]} give different bits on this machine.");
        }

        return best;
    }

    public static float[] OnEveryWidth(Func<KernelSet, float[]> run) => OnEveryWidth(run, values => values);
}
