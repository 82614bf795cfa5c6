using Microsoft.Extensions.Logging;

namespace EdgeRnn.Cli;

/// <summary>Makes a <see cref="WarningLogger{T}"/> for every category.</summary>
internal sealed class WarningLoggerFactory(Terminal terminal) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new WarningLogger<WarningLoggerFactory>(terminal);

    /// <exception cref="NotSupportedException">Always: warnings go to the terminal only.</exception>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
