using System.Diagnostics;

namespace EdgeRnn.Cli.Load;

/// <summary>Releases messages when they are due. One thread serves all streams: their messages are due one after another.</summary>
internal static class LoadPacer
{
    // One wake-up releases everything that has become due: consecutive streams, which share a connection and so a packet.
    private const int TickMs = 1;

    /// <summary>Runs until the plan is done or <paramref name="stop"/> is set.</summary>
    /// <param name="start">The timestamp at which the plan begins.</param>
    /// <returns>The timestamp at which the plan was done.</returns>
    public static long Run(LoadPlan plan, IReadOnlyList<LoadStream> streams, long start, CancellationToken stop)
    {
        long messages = plan.Messages, released = 0;
        while (released < messages && !stop.IsCancellationRequested)
        {
            long now = Stopwatch.GetTimestamp() - start;
            LoadStream? last = null;
            for (; released < messages && DueAt(plan, released) <= now; released++)
            {
                LoadStream next = streams[(int)(released % plan.Streams)];
                if (last is not null && !next.SharesConnection(last))
                    last.Flush();
                next.Release();
                last = next;
            }

            last?.Flush();
            if (released < messages)
                Thread.Sleep(Math.Max(TickMs, (int)Stopwatch.GetElapsedTime(now, DueAt(plan, released)).TotalMilliseconds));
        }

        if (plan.Rate is null)
            stop.WaitHandle.WaitOne(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), start) + plan.Duration);
        return Math.Max(Stopwatch.GetTimestamp(), start);
    }

    private static long DueAt(LoadPlan plan, long message) => plan.DueAt((int)(message % plan.Streams), message / plan.Streams);
}
