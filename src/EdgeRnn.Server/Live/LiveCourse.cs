namespace EdgeRnn.Server.Live;

/// <summary>The last 15 minutes, as JSON: of the server, and of its open streams.</summary>
/// <param name="StepS">Seconds between points.</param>
internal sealed record LiveCourse(int StepS, IReadOnlyList<ServerPoint> Points, IReadOnlyDictionary<string, IReadOnlyList<StreamMark?>> Streams);

/// <summary>A step of the server's course.</summary>
/// <param name="TimeMs">Its end.</param>
/// <param name="FramesPerS">Frames computed.</param>
/// <param name="P50">Median of a frame's time in seconds; null without a block.</param>
/// <param name="P99">That of 99 %.</param>
/// <param name="Cpu">Share of all processors, 0 to 1.</param>
internal sealed record ServerPoint(
    long TimeMs, double FramesPerS, double? P50, double? P99, int Streams, int Silent, long BudgetMisses, long Dropped, double Cpu,
    long MemoryBytes, double? Watts);

/// <summary>The strongest output at the end of a step in which there was a result.</summary>
internal sealed record StreamMark(int Output, float? Value);

/// <summary>One stream in detail, as JSON.</summary>
/// <param name="Labels">Of the outputs that the points have; the model may have more, <paramref name="OutputCount"/>.</param>
/// <param name="BudgetMs">Null without a budget; then <paramref name="MaxDelayMs"/> is the longest wait of a block.</param>
/// <param name="RateHz">Frames per second that were expected at the opening; 0 if that is unknown.</param>
/// <param name="Late">Blocks that were late.</param>
internal sealed record LiveStreamDetail(
    string Id, string Name, string Model, IReadOnlyList<string> Labels, int OutputCount, bool IsConfidence, int BlockSteps, double? BudgetMs,
    double MaxDelayMs, string OverloadPolicy, double RateHz, long Accepted, long Computed, long Dropped, long Blocks, long Late,
    int WaitingResults, int StepS, IReadOnlyList<StreamPoint> Points);

/// <summary>A step of a stream's course. Times are means over its blocks in seconds; null without a block.</summary>
/// <param name="TimeMs">Its end.</param>
/// <param name="Outputs">Of the last result; null if there was none in this step. A value that is not finite is null.</param>
/// <param name="Longest">The longest time of a frame.</param>
internal sealed record StreamPoint(
    long TimeMs, IReadOnlyList<float?>? Outputs, long Frames, long Dropped, long Late, double? BlockWait, double? Queue, double? Compute,
    double? Longest);
