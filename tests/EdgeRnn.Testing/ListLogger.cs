using Microsoft.Extensions.Logging;

namespace EdgeRnn.Testing;

/// <summary>A logger that keeps what is written, one line per entry: <c>Warning: text</c>.</summary>
public sealed class ListLogger : ILogger
{
    /// <summary>The entries so far, oldest first.</summary>
    public List<string> Lines { get; } = [];

    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc />
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add($"{logLevel}: {formatter(state, exception)}");
}
