namespace EdgeRnn.Cli.Load;

/// <summary>A line on stderr that shows the load's progress; silent if stderr is not a terminal.</summary>
internal sealed class LoadProgress(Terminal terminal)
{
    public void Show(TimeSpan elapsed, LoadTally tally)
    {
        if (!terminal.ErrorIsTerminal || elapsed <= TimeSpan.Zero)
            return;
        LatencyReport latency = tally.Latency();
        terminal.Error.Write(FormattableString.Invariant(
            $"\r{elapsed.TotalSeconds:0.0} s  {tally.Answered / elapsed.TotalSeconds:0} frames/s  p50 {latency.P50:0.0} ms  ")
            + FormattableString.Invariant($"p99 {latency.P99:0.0} ms  max {latency.Max:0.0} ms  {tally.Misses} late  "));
    }

    public void End()
    {
        if (terminal.ErrorIsTerminal)
            terminal.Error.WriteLine();
    }
}
