namespace EdgeRnn.Cli.Streaming;

/// <summary>A line on a terminal's stderr that counts frames; silent on a pipe, and where results go to the terminal themselves.</summary>
internal sealed class StreamProgress(Terminal terminal, bool resultsOnTerminal) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly bool _shows = terminal.ErrorIsTerminal && !resultsOnTerminal;
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private TimeSpan _shown = -Interval;
    private long _sent;
    private long _answered;

    public void Sent(int frames) => Interlocked.Add(ref _sent, frames);

    /// <summary>To be called by one thread at a time.</summary>
    public void Answered(int results)
    {
        _answered += results;
        TimeSpan now = TimeProvider.System.GetElapsedTime(_start);
        if (now - _shown < Interval) return;
        _shown = now;
        Show();
    }

    public void Dispose()
    {
        Show();
        if (_shows) terminal.Error.WriteLine();
    }

    private void Show()
    {
        if (!_shows) return;
        double seconds = TimeProvider.System.GetElapsedTime(_start).TotalSeconds;
        terminal.Error.Write(FormattableString.Invariant($"\r{Interlocked.Read(ref _sent)} frames sent, {_answered} results, {seconds:0.0} s "));
    }
}
