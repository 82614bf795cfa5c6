namespace EdgeRnn.Kernels;

/// <summary>One session's run of consecutive frames in a pass.</summary>
/// <param name="State">The session's recurrent state, updated by the pass. Layers without state never look at it.</param>
/// <param name="Frames">How many frames, at least 1.</param>
public readonly record struct Segment(AlignedBuffer State, int Frames);
