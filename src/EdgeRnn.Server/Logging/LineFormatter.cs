using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRnn.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgeRnn.Server.Logging;

/// <summary>
/// Writes one line per message: as text for people, or as JSON for programs. Text from outside cannot act on a terminal or forge a line,
/// whatever message it is in, and repeated lines are limited by <see cref="RepeatLimit"/>.
/// </summary>
/// <param name="isJson">Whether the line is a JSON object.</param>
internal sealed class LineFormatter(bool isJson, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "edgernn";

    private readonly RepeatLimit _repeats = new(time);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (!_repeats.Allows(logEntry.Category, logEntry.EventId.Id, out long leftOut))
            return;
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (leftOut > 0)
            message += string.Create(CultureInfo.InvariantCulture, $" ({leftOut} more of these were left out)");
        if (isJson)
            WriteJson(logEntry, message, textWriter);
        else
            WriteText(logEntry, message, textWriter);
    }

    private static void WriteText<TState>(in LogEntry<TState> entry, string message, TextWriter writer)
    {
        writer.Write($"{Word(entry.LogLevel)}: {entry.Category}[{entry.EventId.Id.ToString(CultureInfo.InvariantCulture)}] {ForeignText.Escape(message)}");
        if (entry.Exception is { } exception)
            writer.Write($" {ForeignText.Escape(exception.ToString().ReplaceLineEndings(" "))}");
        writer.Write('\n');
    }

    private void WriteJson<TState>(in LogEntry<TState> entry, string message, TextWriter writer)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("Timestamp", time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteNumber("EventId", entry.EventId.Id);
            json.WriteString("LogLevel", entry.LogLevel.ToString());
            json.WriteString("Category", entry.Category);
            json.WriteString("Message", message);
            if (entry.Exception is { } exception)
                json.WriteString("Exception", exception.ToString().ReplaceLineEndings(" "));
            if (entry.State is IReadOnlyList<KeyValuePair<string, object?>> values)
                WriteState(json, values);
            json.WriteEndObject();
        }

        writer.Write(Encoding.UTF8.GetString(line.WrittenSpan));
        writer.Write('\n');
    }

    private static void WriteState(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        json.WriteStartObject("State");
        foreach ((string key, object? value) in values)
            json.WriteString(key, Convert.ToString(value, CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
