namespace EdgeRnn.Kernels;

/// <summary>
/// Concatenates each frame with the one before it, [x_t ; x_t-1], so that a gate product sees a window of two frames. The last frame of
/// a segment is kept in the session's state for the next pass. Before a stream's first frame there are zeros.
/// </summary>
internal sealed class InputWindow
{
    /// <param name="inputs">Values per frame, at least 1.</param>
    public InputWindow(int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        Inputs = inputs;
        Width = checked(2 * inputs);
        StateSize = LanePadding.Pad(inputs);
    }

    /// <summary>Values per frame.</summary>
    public int Inputs { get; }

    /// <summary>Values per window: twice as many.</summary>
    public int Width { get; }

    /// <summary>Floats of state per session: the last frame, then padding.</summary>
    public int StateSize { get; }

    /// <summary>Writes the windows of the frames of one or more sessions. Allocates nothing.</summary>
    /// <param name="inputs"><see cref="Inputs"/> values per frame.</param>
    /// <param name="outputs">Receives <see cref="Width"/> values per frame; another buffer than <paramref name="inputs"/>.</param>
    /// <param name="segments">The sessions that the frames belong to, in the order of the rows.</param>
    /// <param name="stateOffset">Where the last frame lies in each session's state: a multiple of <see cref="LanePadding.Units"/>.</param>
    /// <exception cref="ArgumentException">A buffer is too small, misplaced or used twice.</exception>
    /// <exception cref="ObjectDisposedException">A buffer was disposed.</exception>
    public void Run(FrameRows inputs, FrameRows outputs, ReadOnlySpan<Segment> segments, int stateOffset)
    {
        int passFrames = Segment.Check(segments, stateOffset, StateSize);
        inputs.Check(passFrames, Inputs, nameof(inputs));
        outputs.Check(passFrames, Width, nameof(outputs));
        if (outputs.Buffer == inputs.Buffer)
            throw new ArgumentException("Inputs and outputs must be two buffers.", nameof(outputs));
        ReadOnlySpan<float> from = inputs.Buffer.Span;
        Span<float> to = outputs.Buffer.Span;
        foreach ((AlignedBuffer state, int frames) in segments)
        {
            Span<float> last = state.Span.Slice(stateOffset, Inputs);
            ReadOnlySpan<float> previous = last;
            for (int frame = 0; frame < frames; frame++)
            {
                ReadOnlySpan<float> current = from[..Inputs];
                current.CopyTo(to);
                previous.CopyTo(to[Inputs..]);
                previous = current;
                from = from[Math.Min(inputs.Stride, from.Length)..];
                to = to[Math.Min(outputs.Stride, to.Length)..];
            }

            previous.CopyTo(last);
        }
    }
}
