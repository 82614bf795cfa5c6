namespace EdgeRnn.Kernels.Sharing;

/// <summary>What helpers need to know of a pass through a layer. All it points to stays allocated as long as the share.</summary>
/// <param name="Inputs">As <see cref="Pass.Inputs"/>.</param>
/// <param name="FrameScales">As <see cref="Pass.FrameScales"/>.</param>
/// <param name="Skip">As <see cref="Pass.Skip"/>.</param>
/// <param name="HasState">Whether units carry a state through the panels.</param>
/// <param name="Segments">How many sessions' frames they are.</param>
internal readonly record struct PanelOffer(
    GateLayer Layer, int Frames, nint Inputs, nint FrameScales, nint Skip, nint SkipStride, bool HasState, int Segments);
