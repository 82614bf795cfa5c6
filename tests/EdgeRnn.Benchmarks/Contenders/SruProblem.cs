using EdgeRnn.Kernels;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>
/// The layer that all contenders run: an SRU with tanh, the state in both gates and its input as skip term, initialised as
/// upstream does; streams of N(0, 1) frames; and what the outputs should be in double precision.
/// </summary>
internal sealed class SruProblem
{
    public const int Gates = 3;

    private readonly float[][] _frames, _states;
    private readonly double[][] _outputs;

    /// <param name="hidden">Units, and values per frame.</param>
    /// <param name="maxSteps">Frames of each stream.</param>
    public SruProblem(int hidden, int maxSteps, int streams)
    {
        Hidden = hidden;
        var random = new Random(hidden);
        float Uniform(float bound) => bound * (2 * random.NextSingle() - 1);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        float[] Filled(int length, Func<float> value) => [.. Enumerable.Range(0, length).Select(_ => value())];

        float bound = MathF.Sqrt(3f / hidden);
        Weights = Filled(Gates * hidden * hidden, () => Uniform(bound));
        Biases = Filled(2 * hidden, () => Uniform(0.5f));
        WeightC = Filled(2 * hidden, () => Uniform(1));
        _frames = [.. Enumerable.Range(0, streams).Select(_ => Filled(maxSteps * hidden, () => (float)Normal()))];
        _states = [.. Enumerable.Range(0, streams).Select(_ => Filled(hidden, () => Uniform(1)))];
        _outputs = [.. Enumerable.Range(0, streams).AsParallel().AsOrdered().Select(Reference)];
    }

    public int Hidden { get; }

    /// <summary>[gate][unit][input]: candidate, forget, reset.</summary>
    public float[] Weights { get; }

    /// <summary>[2][unit]: forget, reset.</summary>
    public float[] Biases { get; }

    /// <summary>[2][unit]: forget, reset.</summary>
    public float[] WeightC { get; }

    /// <summary>A multiply-add counts as two; the epilogue does not count.</summary>
    public double OperationsPerFrame => 2.0 * Gates * Hidden * Hidden;

    public SruCell ToCell() => new(Hidden, Hidden, Weights, Biases, WeightC, SkipTerm.Input, 1, Activation.Tanh);

    /// <summary>The first <paramref name="steps"/> frames of a stream: [step][value].</summary>
    public ReadOnlySpan<float> Frames(int stream, int steps) => _frames[stream].AsSpan(0, steps * Hidden);

    /// <summary>The state before a stream's first frame: [unit].</summary>
    public ReadOnlySpan<float> State(int stream) => _states[stream];

    /// <summary>The largest difference of outputs from the double reference; NaN if any of them is NaN.</summary>
    /// <param name="outputs">[stream][step][unit]</param>
    public double MaxError(ReadOnlySpan<float> outputs, int steps)
    {
        double error = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double expected = _outputs[i / (steps * Hidden)][i % (steps * Hidden)];
            error = Math.Max(error, Math.Abs(outputs[i] - expected)); // Math.Max hands on a NaN
        }
        return error;
    }

    private double[] Reference(int stream)
    {
        float[] frames = _frames[stream];
        double[] state = [.. _states[stream].Select(value => (double)value)];
        var outputs = new double[frames.Length];
        for (int at = 0; at < frames.Length; at += Hidden)
        {
            ReadOnlySpan<float> frame = frames.AsSpan(at, Hidden);
            for (int unit = 0; unit < Hidden; unit++)
            {
                double before = state[unit], candidate = Sum(0, unit, frame);
                double forget = Sigmoid(Sum(1, unit, frame) + Biases[unit] + (double)WeightC[unit] * before);
                double reset = Sigmoid(Sum(2, unit, frame) + Biases[Hidden + unit] + (double)WeightC[Hidden + unit] * before);
                state[unit] = forget * before + (1 - forget) * candidate;
                outputs[at + unit] = reset * Math.Tanh(state[unit]) + (1 - reset) * frame[unit];
            }
        }
        return outputs;
    }

    private double Sum(int gate, int unit, ReadOnlySpan<float> frame)
    {
        ReadOnlySpan<float> row = Weights.AsSpan((gate * Hidden + unit) * Hidden, Hidden);
        double sum = 0;
        for (int i = 0; i < row.Length; i++) sum += (double)row[i] * frame[i];
        return sum;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
