namespace EdgeRnn.Runtime;

/// <summary>The outputs of one block of frames.</summary>
public sealed record LocalResult
{
    /// <summary>Index of the first frame that has an output; the next follow in steps of <see cref="LocalRunOptions.OutputEvery"/>.</summary>
    public required long FirstIndex { get; init; }

    /// <summary>Rows of <see cref="Outputs"/>.</summary>
    public required int Count { get; init; }

    /// <summary>[<see cref="Count"/>][<see cref="LocalModel.OutputSize"/>], row-major.</summary>
    public required ReadOnlyMemory<float> Outputs { get; init; }

    /// <summary>Frames that were computed together.</summary>
    public required int BlockSteps { get; init; }

    /// <summary>Duration of the computation.</summary>
    public required TimeSpan Compute { get; init; }
}
