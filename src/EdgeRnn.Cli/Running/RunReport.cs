namespace EdgeRnn.Cli.Running;

/// <summary>The JSON report of <c>edgernn run</c>.</summary>
/// <param name="Frames">Frames computed.</param>
/// <param name="Blocks">Blocks computed.</param>
/// <param name="WeightPasses">Weight passes.</param>
/// <param name="BlockSteps">Frames per block, used cyclically.</param>
/// <param name="BlocksBySteps">Number of blocks by their number of frames.</param>
/// <param name="Seconds">Elapsed time, including reading and writing.</param>
internal sealed record RunReport(
    string Model, long Frames, long Blocks, long WeightPasses,
    IReadOnlyList<int> BlockSteps, IReadOnlyDictionary<int, long> BlocksBySteps, double Seconds);
