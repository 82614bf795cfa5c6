using System.Text.Json.Serialization;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Running;

/// <summary>Compares a quantized model's outputs with the original's on the same stream of frames.</summary>
internal sealed class PrecisionComparison : IDisposable
{
    private const int BlockSteps = 16;
    private const float Threshold = 0.5f;

    private readonly (RecurrentModel Model, RecurrentState State, Workspace Workspace, float[] Outputs) _original, _quantized;
    private long _frames, _changed;
    private double _squaredErrors, _squares, _maxError;

    /// <summary>Does not take ownership of the models.</summary>
    public PrecisionComparison(RecurrentModel original, RecurrentModel quantized)
    {
        _original = Prepare(original);
        _quantized = Prepare(quantized);

        static (RecurrentModel Model, RecurrentState State, Workspace Workspace, float[] Outputs) Prepare(RecurrentModel model) =>
            (model, model.CreateState(), model.CreateWorkspace(BlockSteps), new float[BlockSteps * model.OutputSize]);
    }

    /// <summary>Runs both models on the stream's next frames.</summary>
    /// <param name="frames">[n][input size].</param>
    /// <exception cref="CliException">A value is not finite, and the model rejects such frames.</exception>
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
        return new PrecisionError(_frames, relative, _maxError, HasDecisions ? _changed : null);
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
                _maxError = Math.Max(_maxError, Math.Abs(error));
            }
        }
    }

    /// <summary>
    /// Whether two outputs decide differently. Sigmoid outputs decide one by one, at 0.5; a single output of another kind by its sign;
    /// several by the index of the maximum.
    /// </summary>
    private bool Differ(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        bool isSigmoid = _original.Model.HeadActivation == HeadActivation.Sigmoid;
        if (!isSigmoid && expected.Length > 1)
            return IndexOfMax(expected) != IndexOfMax(found);
        float threshold = isSigmoid ? Threshold : 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] >= threshold != found[i] >= threshold)
                return true;
        }

        return false;
    }

    private static int IndexOfMax(ReadOnlySpan<float> values)
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

/// <summary>Difference between a quantized model's outputs and the original's.</summary>
/// <param name="Frames">Frames compared.</param>
/// <param name="RelativeRms">RMS of the errors divided by the RMS of the original's outputs.</param>
/// <param name="MaxError">Maximum absolute difference of an output.</param>
/// <param name="ChangedDecisions">Frames whose decision changes; null for a model without a head.</param>
internal sealed record PrecisionError(
    long Frames, double RelativeRms, [property: JsonPropertyName("largest_error")] double MaxError, long? ChangedDecisions);
