using System.Text.Json.Serialization;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Running;

/// <summary>How far a quantized model's outputs are from the original's, for the same stream of frames, and what that changes.</summary>
internal sealed class PrecisionComparison : IDisposable
{
    private const int BlockSteps = 16;
    private const float Threshold = 0.5f;

    private readonly (RecurrentModel Model, RecurrentState State, Workspace Workspace, float[] Outputs) _original, _quantized;
    private long _frames, _changed;
    private double _squaredErrors, _squares, _largest;

    /// <summary>Takes neither model over.</summary>
    public PrecisionComparison(RecurrentModel original, RecurrentModel quantized)
    {
        _original = Prepare(original);
        _quantized = Prepare(quantized);

        static (RecurrentModel Model, RecurrentState State, Workspace Workspace, float[] Outputs) Prepare(RecurrentModel model) =>
            (model, model.CreateState(), model.CreateWorkspace(BlockSteps), new float[BlockSteps * model.OutputSize]);
    }

    /// <summary>Runs both models on the stream's next frames.</summary>
    /// <param name="frames">[n][input size].</param>
    /// <exception cref="CliException">A frame is not finite, and the model rejects such.</exception>
    public void Add(ReadOnlyMemory<float> frames)
    {
        int width = _original.Model.InputSize;
        for (; !frames.IsEmpty; frames = frames[Math.Min(frames.Length, BlockSteps * width)..])
        {
            ReadOnlyMemory<float> block = frames[..Math.Min(frames.Length, BlockSteps * width)];
            CheckFinite(block.Span);
            int steps = block.Length / width;
            Compare(Run(_original, block, steps), Run(_quantized, block, steps));
            _frames += steps;
        }
    }

    /// <exception cref="CliException">There were no frames.</exception>
    public PrecisionError Report()
    {
        if (_frames == 0)
            throw new CliException("--input: expected at least one frame, found none");
        double relative = _squares > 0 ? Math.Sqrt(_squaredErrors / _squares) : 0;
        return new PrecisionError(_frames, relative, _largest, HasDecisions ? _changed : null);
    }

    public void Dispose()
    {
        foreach ((RecurrentModel _, RecurrentState? state, Workspace? workspace, float[] _) in new[] { _original, _quantized })
        {
            state.Dispose();
            workspace.Dispose();
        }
    }

    /// <summary>Without a head the outputs are features, which decide nothing.</summary>
    private bool HasDecisions => _original.Model.Description.HeadActivation is not null;

    private static ReadOnlySpan<float> Run(
        (RecurrentModel Model, RecurrentState State, Workspace Workspace, float[] Outputs) run, ReadOnlyMemory<float> block, int steps)
    {
        Memory<float> outputs = run.Outputs.AsMemory(0, steps * run.Model.OutputSize);
        run.Model.Run([new FrameSegment(run.State, block, outputs)], run.Workspace);
        return outputs.Span;
    }

    private void Compare(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        int width = _original.Model.OutputSize;
        for (int at = 0; at < expected.Length; at += width)
        {
            ReadOnlySpan<float> row = expected.Slice(at, width), other = found.Slice(at, width);
            if (HasDecisions && Differ(row, other))
                _changed++;
            for (int i = 0; i < width; i++)
            {
                double error = (double)other[i] - row[i];
                _squaredErrors += error * error;
                _squares += (double)row[i] * row[i];
                _largest = Math.Max(_largest, Math.Abs(error));
            }
        }
    }

    /// <summary>
    /// Outputs that are probabilities of their own decide one by one, at 0.5; a single other one by its sign; else the largest of
    /// them does.
    /// </summary>
    private bool Differ(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        bool isSigmoid = _original.Model.HeadActivation == HeadActivation.Sigmoid;
        if (!isSigmoid && expected.Length > 1)
            return IndexOfLargest(expected) != IndexOfLargest(found);
        float threshold = isSigmoid ? Threshold : 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] >= threshold != found[i] >= threshold)
                return true;
        }

        return false;
    }

    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
            best = values[i] > values[best] ? i : best;
        return best;
    }

    private void CheckFinite(ReadOnlySpan<float> frames)
    {
        if (!_original.Model.RejectsNonFinite)
            return;
        for (int i = 0; i < frames.Length; i++)
        {
            if (!float.IsFinite(frames[i]))
            {
                long frame = _frames + i / _original.Model.InputSize;
                throw new CliException($"--input: frame {frame}: expected finite values, found {frames[i]}");
            }
        }
    }
}

/// <summary>How far a quantized model is from the original.</summary>
/// <param name="Frames">Frames compared.</param>
/// <param name="RelativeRms">Root of the outputs' mean squared error over that of their mean square.</param>
/// <param name="MaxError">The largest difference between two outputs.</param>
/// <param name="ChangedDecisions">Frames whose decision changes; null for a model without a head, which makes none.</param>
internal sealed record PrecisionError(
    long Frames, double RelativeRms, [property: JsonPropertyName("largest_error")] double MaxError, long? ChangedDecisions);
