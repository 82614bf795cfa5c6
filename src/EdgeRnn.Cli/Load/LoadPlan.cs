using System.Diagnostics;

namespace EdgeRnn.Cli.Load;

/// <summary>
/// What is sent and when. The clock decides alone, whatever the server does: message j of stream s is due at
/// (j + s / streams) * interval after the start, so that the streams follow each other evenly.
/// </summary>
/// <param name="Rate">Frames per second of a stream; null: as many as the server takes, so that no frame is due at any time.</param>
/// <param name="Budget">A frame that is answered later than this after it was due has missed its deadline.</param>
internal sealed record LoadPlan(
    string Model, int Streams, double? Rate, int FramesPerMessage, TimeSpan Duration, TimeSpan? Budget, int? BlockSteps)
{
    /// <summary>Ticks of <see cref="Stopwatch"/> between two messages of a stream.</summary>
    public double Interval => FramesPerMessage / Rate!.Value * Stopwatch.Frequency;

    /// <summary>Messages of all streams; the nth goes to stream n modulo <see cref="Streams"/>.</summary>
    public long Messages => Rate is null ? 0 : (long)Math.Ceiling(Duration.TotalSeconds * Stopwatch.Frequency / Interval * Streams);

    /// <summary>When a stream's message is due, in ticks after the start.</summary>
    public long DueAt(int stream, long message) => (long)((message + (double)stream / Streams) * Interval);

    /// <summary>When the frame with this index is due: all frames of a message are due with it.</summary>
    public long FrameDueAt(int stream, long frame) => DueAt(stream, frame / FramesPerMessage);
}
