using System.Diagnostics;

namespace EdgeRnn.Runtime.Metrics;

/// <summary>What is measured of one block that a weight pass has computed.</summary>
/// <param name="Steps">Frames in the block.</param>
/// <param name="Reason">The tag value for what closed it.</param>
/// <param name="Wait">From the arrival of its oldest frame until it was closed.</param>
/// <param name="Queue">From then until the pass began.</param>
/// <param name="Compute">Duration of the pass.</param>
/// <param name="Span">The recorded span of its stream, whose ids the exemplars carry; null if the stream is not traced.</param>
internal readonly record struct BlockMeasurement(
    int Steps, string Reason, TimeSpan Wait, TimeSpan Queue, TimeSpan Compute, Activity? Span);
