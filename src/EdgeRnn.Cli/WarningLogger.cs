using Microsoft.Extensions.Logging;

namespace EdgeRnn.Cli;

/// <summary>Shows the libraries' warnings and errors to the user and drops the rest.</summary>
internal sealed class WarningLogger<T>(Terminal terminal) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            terminal.Warn(formatter(state, exception) + (exception is null ? "" : $": {exception.Message}"));
    }
}
