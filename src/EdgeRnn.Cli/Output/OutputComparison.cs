using System.Text.Json.Serialization;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Output;

/// <summary>Compares a stream of outputs with those of a reference, in double precision.</summary>
/// <param name="outputSize">Values per output.</param>
/// <param name="activation">The activation after the head; null for a model without a head, whose outputs decide nothing.</param>
internal sealed class OutputComparison(int outputSize, HeadActivation? activation)
{
    private const float Threshold = 0.5f;
    private long _frames, _changed, _worstFrame;
    private double _squaredErrors, _squares, _maxError;

    /// <summary>Compares the next outputs.</summary>
    /// <param name="expected">[n][output size].</param>
    /// <param name="found">As many.</param>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        for (int at = 0; at < expected.Length; at += outputSize, _frames++)
        {
            ReadOnlySpan<float> row = expected.Slice(at, outputSize), other = found.Slice(at, outputSize);
            if (activation is not null && Differ(row, other))
                _changed++;
            for (int i = 0; i < outputSize; i++)
                AddError(row[i], other[i]);
        }
    }

    /// <summary>The errors of the outputs so far.</summary>
    public OutputError Report()
    {
        double rms = _frames > 0 ? Math.Sqrt(_squaredErrors / ((double)_frames * outputSize)) : 0;
        double relative = _squares > 0 ? Math.Sqrt(_squaredErrors / _squares) : 0;
        return new OutputError(_frames, rms, relative, _maxError, _worstFrame, activation is null ? null : _changed);
    }

    /// <summary>The index of the greatest value, the first of several.</summary>
    public static int IndexOfMax(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
            best = values[i] > values[best] ? i : best;
        return best;
    }

    private void AddError(float expected, float found)
    {
        // Equal infinities and NaNs are no error, though their difference is NaN.
        double error = expected.Equals(found) ? 0 : Math.Abs((double)found - expected);
        error = double.IsNaN(error) ? double.PositiveInfinity : error;
        _squaredErrors += error * error;
        _squares += (double)expected * expected;
        if (error <= _maxError)
            return;
        _maxError = error;
        _worstFrame = _frames;
    }

    /// <summary>
    /// Whether two outputs decide differently. Sigmoid outputs decide one by one, at 0.5; a single output of another kind by its sign;
    /// several by the index of the maximum.
    /// </summary>
    private bool Differ(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        bool isSigmoid = activation == HeadActivation.Sigmoid;
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
}

/// <summary>How a stream of outputs differs from a reference.</summary>
/// <param name="Frames">Frames compared.</param>
/// <param name="Rms">RMS of the errors.</param>
/// <param name="RelativeRms">RMS of the errors divided by the RMS of the reference.</param>
/// <param name="MaxError">Maximum absolute difference of an output; infinite if only one of the two is a number.</param>
/// <param name="WorstFrame">The frame of the largest error.</param>
/// <param name="ChangedDecisions">Frames whose decision differs; null for a model without a head.</param>
internal sealed record OutputError(
    long Frames, double Rms, double RelativeRms,
    [property: JsonPropertyName("largest_error")] double MaxError,
    long WorstFrame, long? ChangedDecisions);
