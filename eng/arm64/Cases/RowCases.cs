using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Reference;

namespace EdgeRnn.Arm64Cases;

/// <summary>The operations on rows: layer norm, softmax and the normalization of a client's frames.</summary>
internal sealed class RowCases(CaseFile file)
{
    private const int Frames = 3;

    private readonly Random _random = new(2);

    public void AddLayerNorm()
    {
        const float Epsilon = 1e-5f;
        foreach (LayerNormVariance variance in Enum.GetValues<LayerNormVariance>())
        {
            bool unbiased = variance == LayerNormVariance.Unbiased;
            foreach (int units in TestData.Sizes)
            {
                if (unbiased && units == 1)
                    continue; // passed on unchanged, so there is no entry to call
                float[] gain = _random.Normals(units), bias = _random.Normals(units), values = _random.Normals(Frames * units);
                Add(values, ReferenceKernels.LayerNorm(gain, bias, Epsilon, unbiased, values));
                Add(_random.Hostiles(Frames * units), null);

                void Add(float[] values, double[]? reference)
                {
                    var parameters = new LayerNormParameters(gain, bias, Epsilon, variance);
                    float[] expected = Values.OnEveryWidth(set => Run(values, units, rows =>
                    {
                        using LayerNorm norm = set.Compile(parameters);
                        norm.Run(rows, rows, Frames);
                    }));
                    file.Add("LayerNorm", [units, Frames, (int)variance],
                        new Input(gain.Padded(units)), new Input(bias.Padded(units)), new Input([Epsilon]), new Input(values.Padded(units)),
                        Values.Rows(expected, units, reference, 2e-6));
                }
            }
        }
    }

    public void AddSoftmax()
    {
        foreach (int units in TestData.Sizes)
        {
            float[] values = _random.Normals(Frames * units, 5);
            Add(values, ReferenceKernels.Softmax(values, units));
            Add(_random.Hostiles(Frames * units), null);

            void Add(float[] values, double[]? reference)
            {
                float[] expected = Values.OnEveryWidth(set => Run(values, units, rows => set.Softmax(rows, Frames, units)));
                file.Add("Softmax", [units, Frames], Values.InPlace(values, expected, units, reference, 1e-6));
            }
        }
    }

    public void AddStandardize()
    {
        foreach (int size in TestData.Sizes)
        {
            float[] values = _random.Normals(size), mean = _random.Normals(size);
            float[] deviation = [.. _random.Normals(size).Select(value => MathF.Abs(value) + 0.1f)];
            Add(values, [.. values.Select((value, i) => ((double)value - mean[i]) / deviation[i])]);
            Add(_random.Hostiles(size), null);

            void Add(float[] values, double[]? reference)
            {
                float[] expected = Values.OnEveryWidth(
                    set => Run(new float[size], size, rows => set.NormalizeInputs(values, size, mean, deviation, rows, 0)));
                file.Add("Standardize", [size],
                    new Input(values), new Input(mean), new Input(deviation), Values.Rows(expected, size, reference, 2e-7));
            }
        }
    }

    /// <summary>Applies an operation to values in padded rows.</summary>
    private static float[] Run(float[] values, int width, Action<FrameRows> operation)
    {
        FrameRows rows = values.ToRows(width);
        operation(rows);
        float[] results = rows.ToArray(values.Length / width, width);
        rows.Buffer.Dispose();
        return results;
    }
}
