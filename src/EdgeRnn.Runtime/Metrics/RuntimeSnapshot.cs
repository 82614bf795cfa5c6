namespace EdgeRnn.Runtime.Metrics;

/// <summary>What the gauges show of the sessions at one moment.</summary>
/// <param name="Models">Every loaded model, also those without a session.</param>
/// <param name="ReadyBlocks">Blocks that wait for a weight pass.</param>
/// <param name="OutletItems">Results and notices that wait for delivery.</param>
internal sealed record RuntimeSnapshot(IReadOnlyList<ModelSnapshot> Models, int ReadyBlocks, int OutletItems)
{
    public static RuntimeSnapshot Empty { get; } = new([], 0, 0);
}

/// <summary>The open sessions of one model.</summary>
/// <param name="Sessions">How many there are by activity, as the tag values of <see cref="MetricNames.Tags.State"/>.</param>
/// <param name="StateBytes">The recurrent states of all of them.</param>
internal sealed record ModelSnapshot(string Model, IReadOnlyList<(string State, long Count)> Sessions, long StateBytes);
