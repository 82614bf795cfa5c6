using System.Diagnostics;

namespace EdgeRnn.Cli.Load;

/// <summary>Puts a server under the load of a plan and measures it.</summary>
internal sealed class LoadRun(Uri address, LoadPlan plan, LoadPayloads payloads, ServerUse? server)
{
    // Lets the threads get ready, so that the first messages are not late.
    private static readonly TimeSpan LeadTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShowInterval = TimeSpan.FromMilliseconds(500);

    /// <param name="stop">Ends the plan early; answers to what was sent are still awaited.</param>
    /// <exception cref="CliException">No stream could be opened.</exception>
    public async Task<LoadReport> RunAsync(Action<TimeSpan, LoadTally> show, CancellationToken stop)
    {
        using var connections = new LoadConnections();
        await connections.OpenAsync(address, plan, payloads, stop);
        return await MeasureAsync(connections.Streams, show, stop);
    }

    private async Task<LoadReport> MeasureAsync(
        IReadOnlyList<LoadStream> streams, Action<TimeSpan, LoadTally> show, CancellationToken stop)
    {
        GC.Collect();
        using var pauses = new PauseWatch();
        TimeSpan gcBefore = GC.GetTotalPauseDuration();
        TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
        server?.Start();
        long start = Stopwatch.GetTimestamp() + (long)(LeadTime.TotalSeconds * Stopwatch.Frequency);
        var tally = new LoadTally(plan, start);
        Task[] running = [.. streams.Select(stream => stream.BeginAsync(tally))];
        long end = 0;
        var pacer = new Thread(() => end = LoadPacer.Run(plan, streams, start, stop))
        {
            Name = "edgernn-pacer",
            Priority = ThreadPriority.AboveNormal,
        };
        pacer.Start();
        await ShowAsync(pacer, tally, start, show);
        await SettleAsync(streams, tally);
        foreach (LoadStream stream in streams)
            stream.Close();
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(AnswerTimeout, CancellationToken.None));
        long now = Stopwatch.GetTimestamp();
        foreach (LoadStream stream in streams)
            stream.CountUnanswered(tally, now);
        ServerReport? use = server?.End();
        TimeSpan cpu = Environment.CpuUsage.TotalTime - cpuBefore;
        TimeSpan gc = GC.GetTotalPauseDuration() - gcBefore;
        pauses.Dispose();
        return Report(streams, tally, Stopwatch.GetElapsedTime(start, end), use, cpu, Pauses(pauses, gc), OutsidePauses(tally, pauses));
    }

    /// <summary>Shows the progress until the pacer is done.</summary>
    private async Task ShowAsync(Thread pacer, LoadTally tally, long start, Action<TimeSpan, LoadTally> show)
    {
        bool isHalf = false;
        while (!pacer.Join(0))
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            TimeSpan untilHalf = plan.Duration / 2 - elapsed;
            if (!isHalf && untilHalf <= TimeSpan.Zero)
            {
                server?.Half();
                isHalf = true;
            }

            show(elapsed, tally);
            TimeSpan wait = isHalf || untilHalf > ShowInterval ? ShowInterval : untilHalf;
            TimeSpan rest = plan.Duration - elapsed;
            await Task.Delay(rest > TimeSpan.Zero && rest < wait ? rest : wait, CancellationToken.None);
        }

        show(Stopwatch.GetElapsedTime(start), tally);
    }

    /// <summary>
    /// Waits for the answers to what was sent, until none comes for a second. Ending all sessions at once, which sensors never do, would
    /// delay the last answers.
    /// </summary>
    private async Task SettleAsync(IReadOnlyList<LoadStream> streams, LoadTally tally)
    {
        if (plan.Rate is null)
            return;
        long due = streams.Where(stream => stream.Failure is null).Sum(stream => stream.Due) * plan.FramesPerMessage;
        long answered = -1;
        while (tally.Answered < due && tally.Answered > answered)
        {
            answered = tally.Answered;
            for (TimeSpan waited = default; waited < SettleTimeout && tally.Answered < due; waited += PollInterval)
                await Task.Delay(PollInterval, CancellationToken.None);
        }
    }

    private LoadReport Report(
        IReadOnlyList<LoadStream> streams, LoadTally tally, TimeSpan duration, ServerReport? use, TimeSpan cpu, PausesReport pauses,
        long outsidePauses) => new(
        plan.Streams, plan.Rate, plan.FramesPerMessage, duration.TotalSeconds,
        streams.Sum(stream => stream.Due) * plan.FramesPerMessage, streams.Sum(stream => stream.Sent) * plan.FramesPerMessage,
        tally.Answered, streams.Sum(stream => stream.Dropped), tally.Misses, outsidePauses,
        streams.Count(stream => stream.Failure is not null), tally.Latency(), tally.BlockSteps, tally.PassSessions,
        tally.Elapsed > TimeSpan.Zero ? tally.Answered / tally.Elapsed.TotalSeconds : 0, cpu.TotalSeconds, pauses, use,
        streams.FirstOrDefault(stream => stream.Failure is not null)?.Failure);

    private static PausesReport Pauses(PauseWatch watch, TimeSpan gc)
    {
        const int Shown = 10;
        return new PausesReport(watch.Pauses.Count, watch.Pauses.Sum(pause => pause.DurationMs), gc.TotalMilliseconds,
            [.. watch.Pauses.OrderByDescending(pause => pause.DurationMs).Take(Shown)]);
    }

    /// <summary>Misses that would have been late without the pauses, too.</summary>
    private long OutsidePauses(LoadTally tally, PauseWatch pauses) => tally.LateAnswers.Count(late =>
        Stopwatch.GetElapsedTime(late.Due, late.Answered).TotalMilliseconds - pauses.PausedMs(late.Due, late.Answered)
        > plan.Budget!.Value.TotalMilliseconds);
}
