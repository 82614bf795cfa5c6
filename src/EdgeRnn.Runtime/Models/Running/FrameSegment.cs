namespace EdgeRnn.Runtime.Models.Running;

/// <summary>One session's part of a weight pass.</summary>
/// <param name="State">Read and updated. No other segment of the pass and no concurrent pass may use the same state.</param>
/// <param name="Frames">[steps][input size], at least one step.</param>
/// <param name="Outputs">[steps][output size], overwritten.</param>
internal readonly record struct FrameSegment(RecurrentState State, ReadOnlyMemory<float> Frames, Memory<float> Outputs);
