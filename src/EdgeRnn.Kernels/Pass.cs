namespace EdgeRnn.Kernels;

/// <summary>One reading of a layer's weights for the frames of one or more sessions, after its arguments were checked.</summary>
internal readonly unsafe ref struct Pass
{
    public required int Frames { get; init; }

    /// <summary>The frames that the gates multiply, in the order of <see cref="InputPacking"/>.</summary>
    public required float* Inputs { get; init; }

    /// <summary>[frame]: what a unit of the frame's integers stands for; null if the inputs are floats.</summary>
    public required float* FrameScales { get; init; }

    /// <summary>The first frame's skip term; null if the cell reads none.</summary>
    public required float* Skip { get; init; }
    public required nint SkipStride { get; init; }

    public required float* Outputs { get; init; }
    public required nint OutputStride { get; init; }

    public required ReadOnlySpan<Segment> Segments { get; init; }

    /// <summary>Where the layer's state begins in that of each session.</summary>
    public required int StateOffset { get; init; }

    /// <summary>[segment][unit]: where states are instead of in the sessions; null if they are there.</summary>
    public float* States { get; init; }
    public nint StatesStride { get; init; }

    /// <summary>The layer's state of a segment: [unit].</summary>
    public float* StateOf(int segment) =>
        States != null ? States + segment * StatesStride : Segments[segment].State.Pointer + StateOffset;
}
