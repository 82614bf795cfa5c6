using Microsoft.Extensions.Logging;

namespace EdgeRnn.Cli;

/// <summary>Shows the libraries' warnings and errors to the user and drops the rest.</summary>
/// <param name="notes">Where information goes, too; null: it is dropped.</param>
internal sealed class WarningLogger<T>(Terminal terminal, TextWriter? notes = null) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= (notes is null ? LogLevel.Warning : LogLevel.Information);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception) + (exception is null ? "" : $": {exception.Message}");
        if (logLevel >= LogLevel.Warning)
            terminal.Warn(text);
        else if (IsEnabled(logLevel))
            notes?.WriteLine(text);
    }
}
