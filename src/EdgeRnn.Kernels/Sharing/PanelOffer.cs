namespace EdgeRnn.Kernels.Sharing;

/// <summary>What helpers need of a pass through a layer. The memory it points to stays allocated as long as the share.</summary>
/// <param name="Inputs">As <see cref="Pass.Inputs"/>.</param>
/// <param name="FrameScales">As <see cref="Pass.FrameScales"/>.</param>
/// <param name="Skip">As <see cref="Pass.Skip"/>.</param>
/// <param name="HasState">Whether units carry a state through the gate product's epilogue.</param>
/// <param name="Segments">Number of segments.</param>
internal readonly record struct PanelOffer(
    GateLayer Layer, int Frames, nint Inputs, nint FrameScales, nint Skip, nint SkipStride, bool HasState, int Segments);
