namespace EdgeRnn.Client;

/// <summary>What the server aims for within a latency budget.</summary>
public enum LatencyObjective
{
    /// <summary>None, as in a session without a budget, or one that this version of the client does not know.</summary>
    Unspecified,

    /// <summary>The fewest weight passes that keep the budget: the largest blocks.</summary>
    Efficiency,

    /// <summary>The smallest blocks that keep up with the stream.</summary>
    Latency,
}
