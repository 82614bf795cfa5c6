using EdgeRnn.Protocol;

namespace EdgeRnn.Server.Live;

/// <summary>15 minutes of one stream. Not safe for threads.</summary>
internal sealed class StreamCourse(WatchedStream stream)
{
    /// <summary>Outputs of a model that are kept, the first ones.</summary>
    public const int MaxOutputs = 32;

    private const double Nanosecond = 1e-9;

    private readonly History<StreamPoint> _history = new();
    private StreamTimes _before = new(0, 0, 0, 0, 0, 0);
    private long _dropped;
    private ulong _answered;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<StreamPoint> Points => _history.Points;

    /// <summary>Adds what has happened since the last call.</summary>
    public void Record(DateTimeOffset now)
    {
        StreamTimes times = stream.Times;
        long dropped = stream.Session.FramesDropped, blocks = times.Blocks - _before.Blocks;
        _history.Add(new StreamPoint(
            now.ToUnixTimeMilliseconds(), NewOutputs(), times.Frames - _before.Frames, dropped - _dropped, times.Late - _before.Late,
            Mean(times.BlockWaitNs - _before.BlockWaitNs), Mean(times.QueueNs - _before.QueueNs), Mean(times.ComputeNs - _before.ComputeNs),
            blocks > 0 ? stream.TakeLongest() * Nanosecond : null));
        _before = times;
        _dropped = dropped;

        double? Mean(long nanoseconds) => blocks > 0 ? nanoseconds * Nanosecond / blocks : null;
    }

    private float?[]? NewOutputs()
    {
        if (stream.Last is not { Count: > 0 } result || result.FirstIndex + result.Count == _answered)
            return null;
        _answered = result.FirstIndex + result.Count;
        float[] outputs = FramePayload.Unpack(result.Outputs)[^stream.Session.Model.OutputSize..];
        return [.. outputs.Take(MaxOutputs).Select(value => float.IsFinite(value) ? value : (float?)null)];
    }
}
