using System.Diagnostics;

namespace EdgeRnn.Cli.Load;

/// <summary>
/// What is sent and when: an open-loop load, which depends on the clock alone and not on the server. Message j of stream s is due at
/// (j + s / streams) * interval after the start, so that the streams follow each other evenly.
/// </summary>
/// <param name="Rate">Frames per second of a stream; null: as many as the server takes, without due times.</param>
/// <param name="Budget">A frame misses its deadline if its answer comes later than this after it was due.</param>
internal sealed record LoadPlan(
    string Model, int Streams, double? Rate, int FramesPerMessage, TimeSpan Duration, TimeSpan? Budget, int? BlockSteps)
{
    /// <summary>Ticks of <see cref="Stopwatch"/> from one message of a stream to the next.</summary>
    public double Interval => FramesPerMessage / Rate!.Value * Stopwatch.Frequency;

    /// <summary>Messages of all streams; message n belongs to stream n modulo <see cref="Streams"/>.</summary>
    public long Messages => Rate is null ? 0 : (long)Math.Ceiling(Duration.TotalSeconds * Stopwatch.Frequency / Interval * Streams);

    /// <summary>When a stream's message is due, in ticks after the start.</summary>
    public long DueAt(int stream, long message) => (long)((message + (double)stream / Streams) * Interval);

    /// <summary>When the frame with this index is due: all frames of a message are due with it.</summary>
    public long FrameDueAt(int stream, long frame) => DueAt(stream, frame / FramesPerMessage);
}
