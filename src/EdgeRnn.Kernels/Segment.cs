namespace EdgeRnn.Kernels;

/// <summary>One session's run of consecutive frames in a pass.</summary>
/// <param name="State">The session's recurrent state, updated by the pass. Layers without state never look at it.</param>
/// <param name="Frames">How many frames, at least 1.</param>
public readonly record struct Segment(AlignedBuffer State, int Frames)
{
    /// <summary>Throws unless every segment holds so much state; returns how many frames they have.</summary>
    internal static int Check(ReadOnlySpan<Segment> segments, int stateOffset, int stateSize)
    {
        if (stateOffset < 0 || stateOffset % LanePadding.Units != 0)
        {
            throw new ArgumentException(
                $"stateOffset must be a multiple of {LanePadding.Units} from 0 on, found {stateOffset}.", nameof(stateOffset));
        }

        int frames = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            (AlignedBuffer state, int own) = segments[i];
            if (own < 1)
                throw new ArgumentException($"segments[{i}]: expected at least 1 frame, found {own}.", nameof(segments));
            frames = checked(frames + own);
            if (stateSize == 0)
                continue;
            if (state is null)
                throw new ArgumentException($"segments[{i}] has no state.", nameof(segments));
            if (state.Length < (long)stateOffset + stateSize)
            {
                throw new ArgumentException(
                    $"segments[{i}]: {stateSize} floats of state from {stateOffset} on, found a buffer of {state.Length}.",
                    nameof(segments));
            }
        }

        return frames;
    }
}
