namespace EdgeRnn.Runtime;

/// <summary>How <see cref="LocalModel.RunAsync"/> cuts a stream. Results are the same bits for every value.</summary>
public sealed record LocalRunOptions
{
    /// <summary>The most frames of a block.</summary>
    public const int MaxBlockSteps = 4096;

    /// <summary>Frames per block, 1 to <see cref="MaxBlockSteps"/> each; several are used in turn.</summary>
    public IReadOnlyList<int> BlockSteps { get; init; } = [16];

    /// <summary>Outputs are returned for frames whose index is a multiple of this, 1 to 1,000,000.</summary>
    public int OutputEvery { get; init; } = 1;
}
