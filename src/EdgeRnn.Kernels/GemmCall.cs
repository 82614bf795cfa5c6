using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// The arguments of one run of the gate product and its epilogue, as plain numbers and pointers: a <see cref="Pass"/> and the panels to
/// compute. A kernel touches no managed object, so that it can be machine code that the runtime does not know.
/// </summary>
internal unsafe struct GemmCall
{
    public PanelView Weights;

    /// <summary>The panels [FirstPanel, EndPanel) are computed.</summary>
    public int FirstPanel, EndPanel;

    /// <summary>As in <see cref="Pass"/>.</summary>
    public int Frames, SegmentCount;
    public float* Inputs, FrameScales;
    public nint SkipStride, OutputStride;

    /// <summary>[segment]</summary>
    public SegmentState* Segments;
}

/// <summary>The frames of a session in a <see cref="GemmCall"/>.</summary>
internal unsafe struct SegmentState
{
    /// <summary>[unit]: the layer's state; null if it has none.</summary>
    public float* State;

    /// <summary>[frame][unit]: the skip term of the session's frames; null if the cell reads none.</summary>
    public float* Skip;

    /// <summary>[frame][unit]: the outputs of the session's frames.</summary>
    public float* Outputs;

    public int Frames;
}
