namespace EdgeRnn.Cli.Load;

/// <summary>What <c>edgernn load --json</c> tells.</summary>
/// <param name="RateHz">Null where frames were sent as fast as they were taken; then there are no latencies.</param>
/// <param name="FramesDue">
/// Frames that the plan had sent by its end; those of them that a stalled server took too long to take are missing from
/// <paramref name="FramesSent"/>, but not from the latencies.
/// </param>
/// <param name="DeadlineMisses">Frames that were answered later than the budget after they were due, or not at all.</param>
/// <param name="MissesOutsidePauses">Those whose delay the pauses do not account for.</param>
/// <param name="Errors">Streams that did not end as they should.</param>
/// <param name="BlockSteps">Results by the frames of their block.</param>
/// <param name="PassSessions">Results by the sessions that shared their weight pass.</param>
/// <param name="Server">Null where no process was named.</param>
/// <param name="FirstError">What went wrong with one of them.</param>
internal sealed record LoadReport(
    int Streams, double? RateHz, int FramesPerMessage, double DurationS, long FramesDue, long FramesSent, long FramesAnswered,
    long FramesDropped, long DeadlineMisses, long MissesOutsidePauses, int Errors, LatencyReport LatencyMs,
    IReadOnlyDictionary<int, long> BlockSteps, IReadOnlyDictionary<int, long> PassSessions, double FramesPerS, double ClientCpuS,
    PausesReport Pauses, ServerReport? Server, string? FirstError);

/// <summary>From the time at which a frame was due to the arrival of its result.</summary>
internal sealed record LatencyReport(double P50, double P90, double P99, double P999, double Max);

/// <summary>Pauses of the machine and of the load tool's own process.</summary>
/// <param name="GcMs">Pauses of the load tool's garbage collector, within those counted or not.</param>
internal sealed record PausesReport(int Count, double TotalMs, double GcMs, IReadOnlyList<Pause> Longest);

/// <param name="CpuS">Processor seconds that the server used.</param>
/// <param name="RssStart">Resident bytes at the start, half-way and at the end.</param>
internal sealed record ServerReport(double CpuS, long RssStart, long RssHalf, long RssEnd);
