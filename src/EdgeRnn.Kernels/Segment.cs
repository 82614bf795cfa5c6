namespace EdgeRnn.Kernels;

/// <summary>The consecutive frames of one session in a pass.</summary>
/// <param name="State">The session's recurrent state, updated by the pass. Layers without state do not use it.</param>
/// <param name="Frames">Number of frames, at least 1.</param>
internal readonly record struct Segment(AlignedBuffer State, int Frames)
{
    /// <summary>Throws unless every segment has frames, and a state of <paramref name="stateSize"/> floats at the offset.</summary>
    /// <returns>The frames of all segments.</returns>
    internal static int Check(ReadOnlySpan<Segment> segments, int stateOffset, int stateSize)
    {
        if (stateOffset < 0 || stateOffset % LanePadding.Units != 0)
        {
            throw new ArgumentException(
                $"stateOffset: expected a multiple of {LanePadding.Units}, at least 0, found {stateOffset}.", nameof(stateOffset));
        }

        int total = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            (AlignedBuffer state, int frames) = segments[i];
            if (frames < 1)
                throw new ArgumentException($"segments[{i}]: expected at least 1 frame, found {frames}.", nameof(segments));
            total = checked(total + frames);
            if (stateSize == 0)
                continue;
            if (state is null)
                throw new ArgumentException($"segments[{i}]: expected a state, found null.", nameof(segments));
            if (state.Length < (long)stateOffset + stateSize)
            {
                throw new ArgumentException(
                    $"segments[{i}]: expected a state of at least {(long)stateOffset + stateSize} floats, found {state.Length}.",
                    nameof(segments));
            }
        }

        return total;
    }
}
