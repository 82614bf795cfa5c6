namespace EdgeRnn.Benchmarks.Serving;

/// <summary>How the figures are measured.</summary>
/// <param name="Models">A package or a folder with one; null: the embedded model.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Rounds">Runs of each server, interleaved; the figures are their medians.</param>
/// <param name="Seconds">How long each load lasts.</param>
/// <param name="Streams">How many streams instead of a figure's own number; null for that.</param>
internal sealed record ServingOptions(string? Models, string Model, int FrameSize, int Rounds, int Seconds, int? Streams);
