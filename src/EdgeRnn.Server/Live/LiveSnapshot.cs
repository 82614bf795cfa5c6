namespace EdgeRnn.Server.Live;

/// <summary>What the page shows at one moment, as JSON. The suffix S stands for seconds.</summary>
internal sealed record LiveSnapshot(
    LiveServer Server, LiveLoad Load, IReadOnlyList<LiveLatency> Latency, IReadOnlyList<LiveBlocks> Blocks, LivePasses Passes,
    LiveMachine Machine, IReadOnlyList<LiveStream> Streams, int StreamCount, IReadOnlyList<LiveModel> Models);

/// <param name="WindowS">Seconds that latencies, blocks and passes cover: since the first viewer came, up to the window.</param>
internal sealed record LiveServer(string Version, string Kernels, int Workers, double UptimeS, bool Draining, double WindowS);

/// <param name="BudgetMisses">Blocks in the window that missed their latency budget.</param>
/// <param name="Dropped">Frames in the window that an overload policy dropped.</param>
internal sealed record LiveLoad(
    int Active, int Silent, int Draining, double AcceptedPerS, double ComputedPerS, long BudgetMisses, long Dropped);

/// <summary>Percentiles in seconds of the time that a block's oldest frame spent in a stage.</summary>
internal sealed record LiveLatency(string Stage, long Blocks, double? P50, double? P95, double? P99);

/// <summary>The number of blocks with <paramref name="From"/> to <paramref name="To"/> frames.</summary>
internal sealed record LiveBlocks(int From, int To, long Count);

/// <param name="Shared">Passes that served more than one session.</param>
internal sealed record LivePasses(long Count, long Shared, double? SessionsPerPass, double? FramesPerPass);

/// <param name="Cpu">Share of all processors that this process used, 0 to 1.</param>
/// <param name="Watts">Power of the machine; null if it has no sensor.</param>
/// <param name="Sensor">Where the power is read from.</param>
internal sealed record LiveMachine(
    double Cpu, int Processors, long MemoryBytes, long HeapBytes, double? Watts, double? JoulesPerFrame, string? Sensor);

/// <param name="State">"active", "silent" or "draining".</param>
/// <param name="SilentS">Seconds since its last frame.</param>
/// <param name="Result">The last one; null if there was none yet.</param>
internal sealed record LiveStream(
    string Id, string Model, string State, double AgeS, double SilentS, long Frames, int BlockSteps, LiveResult? Result);

/// <summary>The strongest output of the last answered frame.</summary>
/// <param name="Output">Its index.</param>
/// <param name="Value">Its value; null if it is not finite.</param>
/// <param name="IsConfidence">The value is a probability, 0 to 1.</param>
/// <param name="Number">The number of answered frames, which distinguishes a new result from an old one.</param>
internal sealed record LiveResult(int Output, string Label, float? Value, bool IsConfidence, long Number);

internal sealed record LiveModel(
    string Name, string Version, string Family, int Layers, long Parameters, long WeightBytes, long StateBytes, string Precision,
    int Inputs, int Outputs, double? FrameRate, IReadOnlyList<string> Labels, string Fingerprint, int Sessions);
