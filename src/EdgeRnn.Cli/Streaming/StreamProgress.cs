namespace EdgeRnn.Cli.Streaming;

/// <summary>A line on stderr that counts frames; silent if stderr is not a terminal, or if results go to the terminal.</summary>
internal sealed class StreamProgress(Terminal terminal, bool resultsOnTerminal)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly bool _shows = terminal.ErrorIsTerminal && !resultsOnTerminal;
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private TimeSpan _shown = -Interval;
    private long _results;

    /// <summary>Counts results; shows the counts at most four times a second.</summary>
    public void Add(int results, long framesSent)
    {
        _results += results;
        TimeSpan now = TimeProvider.System.GetElapsedTime(_start);
        if (now - _shown < Interval)
            return;
        _shown = now;
        Show(framesSent);
    }

    /// <summary>Shows the final counts.</summary>
    public void Complete(long framesSent)
    {
        Show(framesSent);
        if (_shows)
            terminal.Error.WriteLine();
    }

    private void Show(long framesSent)
    {
        if (!_shows)
            return;
        double seconds = TimeProvider.System.GetElapsedTime(_start).TotalSeconds;
        terminal.Error.Write(FormattableString.Invariant($"\r{framesSent} frames sent, {_results} results, {seconds:0.0} s "));
    }
}
