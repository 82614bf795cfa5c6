namespace EdgeRnn.Cli.Load;

/// <summary>The JSON report of <c>edgernn load</c>.</summary>
/// <param name="RateHz">Null if frames were sent as fast as the server took them; then there are no latencies.</param>
/// <param name="FramesDue">
/// Frames that were due by the end of the plan. Those that a stalled server did not take are missing from
/// <paramref name="FramesSent"/>, but not from the latencies.
/// </param>
/// <param name="DeadlineMisses">Frames that were answered later than the budget after they were due, or not at all.</param>
/// <param name="MissesOutsidePauses">Deadline misses whose delay the pauses do not account for.</param>
/// <param name="Errors">Streams that failed.</param>
/// <param name="BlockSteps">Results by the number of frames in their block.</param>
/// <param name="PassSessions">Results by the number of sessions that shared their weight pass.</param>
/// <param name="Server">Null without --pid.</param>
/// <param name="FirstError">The failure of one of them; null if none failed.</param>
internal sealed record LoadReport(
    int Streams, double? RateHz, int FramesPerMessage, double DurationS, long FramesDue, long FramesSent, long FramesAnswered,
    long FramesDropped, long DeadlineMisses, long MissesOutsidePauses, int Errors, LatencyReport LatencyMs,
    IReadOnlyDictionary<int, long> BlockSteps, IReadOnlyDictionary<int, long> PassSessions, double FramesPerS, double ClientCpuS,
    PausesReport Pauses, ServerReport? Server, string? FirstError);

/// <summary>Milliseconds from the time at which a frame was due to the arrival of its result.</summary>
internal sealed record LatencyReport(double P50, double P90, double P99, double P999, double Max);

/// <summary>Pauses of the machine and of the load tool's own process.</summary>
/// <param name="GcMs">All pauses of the load tool's garbage collector, also those too short to be counted.</param>
internal sealed record PausesReport(int Count, double TotalMs, double GcMs, IReadOnlyList<Pause> Longest);

/// <param name="CpuS">Processor seconds that the server used.</param>
/// <param name="RssStart">Resident bytes at the start, half-way and at the end.</param>
internal sealed record ServerReport(double CpuS, long RssStart, long RssHalf, long RssEnd);
