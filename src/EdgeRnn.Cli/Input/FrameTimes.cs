using System.Collections.Concurrent;

namespace EdgeRnn.Cli.Input;

/// <summary>
/// The time stamps of the frames that are on their way, as the input has them: the input adds them, the output takes them. They may be
/// different threads.
/// </summary>
internal sealed class FrameTimes
{
    private readonly ConcurrentQueue<(long Frame, string Time)> _times = [];

    /// <param name="frame">The index of the frame, higher than before.</param>
    public void Add(long frame, string time) => _times.Enqueue((frame, time));

    /// <summary>The time stamp of a frame; those of earlier frames, which had no result, are forgotten.</summary>
    /// <param name="frame">The index of the frame, not lower than before.</param>
    /// <returns>An empty text if the frame has none.</returns>
    public string Take(long frame)
    {
        while (_times.TryPeek(out (long Frame, string Time) first) && first.Frame <= frame)
        {
            _times.TryDequeue(out _);
            if (first.Frame == frame)
                return first.Time;
        }

        return "";
    }
}
