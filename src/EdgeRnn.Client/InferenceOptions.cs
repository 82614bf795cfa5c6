namespace EdgeRnn.Client;

/// <summary>What a session is opened with. Null leaves the choice to the server.</summary>
public sealed record InferenceOptions
{
    /// <summary>Name of the model; may be empty where the server has exactly one.</summary>
    public string Model { get; init; } = "";

    /// <summary>Frames per block, 1 to the model's <see cref="ModelDescription.MaxBlockSteps"/>.</summary>
    public int? BlockSteps { get; init; }

    /// <summary>The longest that a frame waits for its block to fill: whole milliseconds, 1 ms to 60 s.</summary>
    public TimeSpan? MaxBlockDelay { get; init; }

    /// <summary>Outputs are sent for frames whose index is a multiple of this, 1 to 1000000.</summary>
    public int? OutputEvery { get; init; }
}
