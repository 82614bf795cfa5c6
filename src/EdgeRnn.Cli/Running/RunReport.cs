namespace EdgeRnn.Cli.Running;

/// <summary>What <c>edgernn run --json</c> tells.</summary>
/// <param name="Frames">Frames computed.</param>
/// <param name="Blocks">Blocks they were cut into.</param>
/// <param name="WeightPasses">How often the weights were read.</param>
/// <param name="BlockSteps">The list of block steps in force.</param>
/// <param name="BlocksBySteps">Blocks by the number of frames they had.</param>
/// <param name="Seconds">Time for all of it, reading and writing included.</param>
internal sealed record RunReport(
    string Model, long Frames, long Blocks, long WeightPasses,
    IReadOnlyList<int> BlockSteps, IReadOnlyDictionary<int, long> BlocksBySteps, double Seconds);
