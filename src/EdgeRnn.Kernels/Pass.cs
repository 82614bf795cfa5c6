namespace EdgeRnn.Kernels;

/// <summary>The checked arguments of one weight pass through a layer: one reading of its weights for the frames of all segments.</summary>
internal readonly unsafe ref struct Pass
{
    public required int Frames { get; init; }

    /// <summary>The frames that the gates multiply, in the order of <see cref="InputPacking"/>.</summary>
    public required float* Inputs { get; init; }

    /// <summary>[frame]: the scale of the frame's integers; null if the inputs are floats.</summary>
    public required float* FrameScales { get; init; }

    /// <summary>[frame][unit]: the skip term; null if the cell reads none.</summary>
    public required float* Skip { get; init; }
    public required nint SkipStride { get; init; }

    public required float* Outputs { get; init; }
    public required nint OutputStride { get; init; }

    public required ReadOnlySpan<Segment> Segments { get; init; }

    /// <summary>Where the layer's state begins in the state of each session.</summary>
    public required int StateOffset { get; init; }

    /// <summary>[segment][unit]: states to use instead of those of the sessions; null to use the sessions'.</summary>
    public float* States { get; init; }
    public nint StatesStride { get; init; }

    /// <summary>[unit]: the layer's state of a segment.</summary>
    public float* StateOf(int segment) =>
        States != null ? States + segment * StatesStride : Segments[segment].State.Pointer + StateOffset;
}
