namespace EdgeRnn.Server.Live;

/// <summary>What the page shows at one moment, as JSON. The suffix S stands for seconds, Ms for milliseconds since 1970.</summary>
internal sealed record LiveSnapshot(
    LiveServer Server, LiveLoad Load, IReadOnlyList<LiveLatency> Latency, IReadOnlyList<LiveBlocks> Blocks, LivePasses Passes,
    LiveMachine Machine, IReadOnlyList<LiveStream> Streams, int StreamCount, IReadOnlyList<LiveEnd> Ended, IReadOnlyList<LiveModel> Models,
    IReadOnlyList<string> BrokenPackages);

/// <param name="WindowS">Seconds that latencies, blocks and passes cover: since the start, up to the window.</param>
internal sealed record LiveServer(string Version, string Kernels, int Workers, double UptimeS, bool Draining, double WindowS);

/// <param name="States">Open streams by state, without those that have none.</param>
/// <param name="BudgetMisses">Blocks in the window that missed their latency budget.</param>
/// <param name="BudgetBlocks">Blocks in the window that had one.</param>
/// <param name="Dropped">Frames in the window that an overload policy dropped.</param>
internal sealed record LiveLoad(
    IReadOnlyDictionary<string, int> States, double ComputedPerS, long BudgetMisses, long BudgetBlocks, long Dropped);

/// <summary>Percentiles in seconds of the time that a block's oldest frame spent in a stage.</summary>
internal sealed record LiveLatency(string Stage, long Blocks, double? P50, double? P95, double? P99);

/// <summary>The number of blocks with <paramref name="From"/> to <paramref name="To"/> frames.</summary>
internal sealed record LiveBlocks(int From, int To, long Count);

/// <summary>Means; null without a pass.</summary>
internal sealed record LivePasses(double? SessionsPerPass, double? FramesPerPass);

/// <param name="Cpu">Share of all processors that this process used, 0 to 1.</param>
/// <param name="Watts">Power of the machine; null if it has no sensor.</param>
/// <param name="Sensor">Where the power is read from.</param>
internal sealed record LiveMachine(
    double Cpu, int Processors, long MemoryBytes, long HeapBytes, double? Watts, double? JoulesPerFrame, string? Sensor);

/// <param name="Name">What the client calls itself; may be empty.</param>
/// <param name="State">The name of a <see cref="StreamState"/>, in lower case.</param>
/// <param name="SilentS">Seconds since its last frame.</param>
/// <param name="Result">The last one; null if there was none yet.</param>
internal sealed record LiveStream(
    string Id, string Name, string Model, string State, double AgeS, double SilentS, long Frames, long Dropped, LiveResult? Result);

/// <summary>The strongest output of the last answered frame.</summary>
/// <param name="Output">Its index.</param>
/// <param name="Value">Its value; null if it is not finite.</param>
/// <param name="IsConfidence">The value is a probability, 0 to 1.</param>
/// <param name="Number">The number of answered frames, which distinguishes a new result from an old one.</param>
internal sealed record LiveResult(int Output, string Label, float? Value, bool IsConfidence, long Number);

/// <summary>A stream that has ended or was refused.</summary>
/// <param name="Outcome">"well", "cut" (by the client or the shutdown), "failed" or "refused".</param>
/// <param name="Message">What the client was told.</param>
/// <param name="Times">How often a refusal was repeated.</param>
internal sealed record LiveEnd(
    string Id, string Name, string Model, string Outcome, string Reason, string Message, long EndedMs, double AgeS, long Accepted,
    long Computed, long Dropped, int Times = 1)
{
    public const string Well = "well";
    public const string Cut = "cut";
    public const string Failed = "failed";
    public const string Refused = "refused";
}

internal sealed record LiveModel(
    string Name, string Version, string Family, int Layers, long Parameters, long WeightBytes, long StateBytes, string Precision,
    int Inputs, int Outputs, double? FrameRate, IReadOnlyList<string> Labels, string Fingerprint, int Sessions);
