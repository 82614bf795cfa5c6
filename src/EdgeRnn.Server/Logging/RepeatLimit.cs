using System.Collections.Concurrent;

namespace EdgeRnn.Server.Logging;

/// <summary>
/// Lets through so many lines of the same event, and counts the rest: a client that causes a line with every request cannot fill a disk.
/// </summary>
internal sealed class RepeatLimit(TimeProvider time)
{
    /// <summary>Lines at once.</summary>
    public const int Burst = 30;

    /// <summary>Lines per second afterwards.</summary>
    public const double Rate = 0.5;

    private readonly ConcurrentDictionary<(string Category, int Event), Repeats> _events = new();

    /// <param name="category">The logger.</param>
    /// <param name="id">The event.</param>
    /// <param name="leftOut">Lines of this event that were left out since the last one.</param>
    /// <returns>Whether the line is written.</returns>
    public bool Allows(string category, int id, out long leftOut)
    {
        Repeats repeats = _events.GetOrAdd((category, id), static (_, time) => new Repeats(time.GetTimestamp()), time);
        lock (repeats)
        {
            long now = time.GetTimestamp();
            repeats.Tokens = Math.Min(Burst, repeats.Tokens + time.GetElapsedTime(repeats.Last, now).TotalSeconds * Rate);
            repeats.Last = now;
            leftOut = repeats.LeftOut;
            if (repeats.Tokens < 1)
            {
                repeats.LeftOut++;
                return false;
            }

            repeats.Tokens--;
            repeats.LeftOut = 0;
            return true;
        }
    }

    private sealed class Repeats(long now)
    {
        public double Tokens { get; set; } = Burst;

        public long Last { get; set; } = now;

        public long LeftOut { get; set; }
    }
}
