using EdgeRnn.Kernels.Reference;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Benchmarks.Contenders;

/// <summary>
/// The layer that contenders run: a cell with random weights, streams of N(0, 1) frames, and the expected outputs, computed in double
/// precision from weights and frames as each precision rounds them.
/// </summary>
internal sealed class LayerProblem
{
    private readonly float[][] _frames, _states;
    private readonly Dictionary<WeightPrecision, double[][]> _outputs = [];

    /// <param name="hidden">Units, and values per frame.</param>
    /// <param name="maxSteps">Frames of each stream.</param>
    /// <param name="precisions">Precisions whose outputs can be checked.</param>
    public LayerProblem(string cell, int hidden, int maxSteps, int streams, IEnumerable<WeightPrecision> precisions)
    {
        var random = new Random(hidden);
        Hidden = hidden;
        OperationsPerFrame = 2 * LayerCells.MultiplyAdds(cell, hidden);
        Cell = LayerCells.Make(cell, random, hidden);
        _frames = [.. Enumerable.Range(0, streams).Select(_ => random.Normals(maxSteps * hidden))];
        _states = [.. Enumerable.Range(0, streams).Select(_ => random.Uniforms(Cell.StateVectors * hidden, 1))];
        foreach (WeightPrecision precision in precisions)
        {
            CellCase kept = Cell.In(precision);
            _outputs[precision] =
                [.. Enumerable.Range(0, streams).AsParallel().AsOrdered().Select(stream => Reference(kept, precision, stream))];
        }
    }

    /// <summary>Units, and values per frame.</summary>
    public int Hidden { get; }

    public CellCase Cell { get; }

    /// <summary>Whether the inputs of the gates are each frame and the one before it.</summary>
    public bool HasWindow => Cell.Inputs > Hidden;

    /// <summary>A multiply-add counts as two operations; the epilogue does not count.</summary>
    public double OperationsPerFrame { get; }

    /// <summary>The first <paramref name="steps"/> frames of a stream: [step][value].</summary>
    public ReadOnlySpan<float> Frames(int stream, int steps) => _frames[stream].AsSpan(0, steps * Hidden);

    /// <summary>The state before a stream's first frame: [vector][unit]. A window begins with zeros.</summary>
    public ReadOnlySpan<float> State(int stream) => _states[stream];

    /// <summary>The largest difference of outputs from the double reference; NaN if any of them is NaN.</summary>
    /// <param name="outputs">[stream][step][unit]</param>
    public double MaxError(ReadOnlySpan<float> outputs, int steps, WeightPrecision precision)
    {
        double error = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double expected = _outputs[precision][i / (steps * Hidden)][i % (steps * Hidden)];
            error = Math.Max(error, Math.Abs(outputs[i] - expected)); // Math.Max propagates NaN
        }

        return error;
    }

    private double[] Reference(CellCase kept, WeightPrecision precision, int stream)
    {
        float[] frames = _frames[stream], gateInputs = HasWindow ? Windows(frames) : frames;
        return kept.Run(LowPrecision.Frames(gateInputs, Cell.Inputs, precision), frames, CellCase.Widen(_states[stream]));
    }

    /// <summary>Each frame followed by the one before it.</summary>
    private float[] Windows(float[] frames) =>
        [.. frames.Chunk(Hidden).Zip(frames.Chunk(Hidden).Prepend(new float[Hidden]), (frame, before) => (float[])[.. frame, .. before])
            .SelectMany(window => window)];
}
