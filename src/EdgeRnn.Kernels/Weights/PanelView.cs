namespace EdgeRnn.Kernels.Weights;

/// <summary>The panels of <see cref="PackedWeights"/> as plain numbers and a pointer, for kernels.</summary>
internal unsafe struct PanelView
{
    public float* Data;

    /// <summary>Words from one panel to the next.</summary>
    public nint PanelStride;

    /// <summary>Bytes of all panels, padding included.</summary>
    public long Bytes;

    /// <summary>Words before a panel's biases.</summary>
    public int BiasesOffset;

    /// <summary>Rows of weights in a panel.</summary>
    public int Rows;

    public int Panels;
}
